# Following a case by a secret link.
follow-words = 用上报时得到的编号和留下的手机号查询进度。
follow-number = 诉求编号
follow-number-hint = 例如 SR20230306-00001。
follow-contact = 手机号
follow-contact-hint = 上报或关注时留下的号码。
follow-not-found = 没有找到：编号或手机号不对
follow-lost = 没有留手机号？用上报后得到的链接也可以查看；都没有请拨打 12345。
follow-new = 已收到
follow-keep = 请记下编号，或保存本页网址：凭这个网址就能查看进度、补充情况、评价。不要把网址发给别人。
follow-merged = 您关注的 { $number } 与这一件是同一个问题，已合并办理，以下是合并后的进度。
follow-others = 关注人数
follow-count = { $count } 人
follow-closed = 已结案，问题解决了吗？
follow-confirm = 解决了
follow-contest = 没有解决
follow-contest-words = 请说明还存在什么问题
follow-contest-missing = 请说明还存在什么问题
follow-contest-send = 要求重新办理
follow-rate = 评价
follow-stars = { $stars ->
    [5] 非常满意（五星）
    [4] 满意（四星）
    [3] 基本满意（三星）
    [2] 不满意（二星）
   *[1] 非常不满意（一星）
}
follow-stars-missing = 请选择几星
follow-comment = 想说的话（可不填）
follow-rate-send = 提交评价
follow-add = 补充情况
follow-add-words = 补充内容
follow-words-missing = 请写下要补充的内容
follow-add-send = 补充
follow-end = 不再关注这件事
follow-done = 已提交。
follow-done-add = 补充的内容已交给处置单位。
follow-done-confirm = 您已确认问题解决，谢谢。
follow-done-contest = 已重新打开，会再次派单处置。
follow-done-rate = 评价已收到。不满意的评价会有专人回访。
follow-begin = 我也遇到这个问题，跟着看
follow-begin-hint = 不用再报一次。留手机号可以凭编号和手机号查询，也可以不留。
refusal-already-follows = 这个手机号已经关注了这件事。
refusal-not-following = 这个链接不能办理这件事。
refusal-already-confirmed = 您已经确认过了。
