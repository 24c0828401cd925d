# Why a report that a program sent is not taken.
intake-place-not-number = 经纬度应为十进制度数，例如 121.447 和 31.228。
intake-place-longitude = 经度应在 −180 到 180 之间。
intake-place-latitude = 纬度应在 −90 到 90 之间。
intake-place-swapped = 经度和纬度似乎写反了。
intake-place-outside = 该位置不在本区范围内。
intake-field-unknown = 不需要填写“{ $field }”。
intake-field-missing = 请填写“{ $field }”。
intake-field-control = “{ $field }”含有无法显示的字符，请删除。
intake-field-too-long = “{ $field }”最多 { $max } 个字。
intake-field-range = “{ $field }”应为 { $min } 到 { $max } 之间的整数。
intake-field-type = “{ $field }”的格式不对。
intake-field-choice = “{ $field }”应为其中之一：{ $known }。
