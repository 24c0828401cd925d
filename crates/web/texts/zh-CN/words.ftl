# Words of the field: standings, phases, times.
standing-received = 新派
standing-running = 处置中
standing-soon = 临期
standing-overdue = 超期
standing-paused = 停表
standing-done = 办结
standing-refused = 不予受理
standing-merged = 已并案
due-in = 还剩 { $span }
due-over = 已超 { $span }
due-none = 本环节不限时
due-provisional = 暂定：当年放假安排尚未公布
sample-figure = 示例数据
