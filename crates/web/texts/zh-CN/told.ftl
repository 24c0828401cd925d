# What everybody is told of a case, and what programs are told when they ask wrongly.
told-holder = 由{ $organ }负责
told-answer = { $field }：{ $answer }
told-step = 正在“{ $step }”环节，{ $left }
told-merged-into = 与 { $number } 合并办理，请查询该编号
told-demo = 演示系统：诉求、人员和地图边界均为合成数据，不会有人到场处置。
told-noted = 已登记，编号 { $number }。
told-promised = 按各环节时限，最迟 { $time } 办结。
told-left-out = 该类别不收以下内容，未保存：{ $fields }。
told-follow = 进展查询、补充、确认和评价请用此链接：{ $url } 。
