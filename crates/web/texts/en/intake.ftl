# Why a report that a program sent is not taken.
intake-place-not-number = Longitude and latitude are decimal degrees such as 121.447 and 31.228.
intake-place-longitude = A longitude lies between −180 and 180.
intake-place-latitude = A latitude lies between −90 and 90.
intake-place-swapped = Longitude and latitude seem to be swapped.
intake-place-outside = This place is outside the district.
intake-field-unknown = “{ $field }” is not asked here.
intake-field-missing = Please fill in “{ $field }”.
intake-field-control = “{ $field }” holds characters that cannot be shown. Please remove them.
intake-field-too-long = “{ $field }” may have { $max } characters at most.
intake-field-range = “{ $field }” is a whole number from { $min } to { $max }.
intake-field-type = “{ $field }” is not written as it should be.
intake-field-choice = “{ $field }” is one of: { $known }.
