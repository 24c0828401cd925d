# First page and search.
home-title = 您要办什么事？
home-report = 报个问题
home-report-words = 路面、垃圾、噪声、设施损坏，四步报完，不用登录
home-follow = 看我的办件
home-follow-words = 用编号和手机号查进度，评价、追问
home-call = 打电话找人帮
home-call-words = 拨打 12345，由话务员代为登记
home-latest = 最近的诉求
search-title = 查找“{ $words }”
search-cases = 诉求编号
search-kinds = 报这一类问题
search-nothing = 没有找到。可以换个说法，或者直接报个问题。
home-checkup-words = 答几个问题，看看能享受哪些政策
