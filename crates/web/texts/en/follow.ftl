# Following a case by a secret link.
follow-words = Look up the progress by the number of the report and the mobile number you left.
follow-number = Number of the report
follow-number-hint = For example SR20230306-00001.
follow-contact = Mobile number
follow-contact-hint = The number left when reporting or following.
follow-not-found = Nothing was found: the number of the report or the mobile number is wrong
follow-lost = Left no mobile number? The link you were given works too; without either, call 12345.
follow-new = Received
follow-keep = Note the number, or keep the address of this page: with it you can follow, add, and rate. Do not pass it on.
follow-merged = { $number }, which you follow, is the same problem and was merged. This is the progress of both.
follow-others = Followers
follow-count = { $count } people
follow-closed = It is closed. Is the problem solved?
follow-confirm = Yes, solved
follow-contest = No, not solved
follow-contest-words = Say what is still wrong
follow-contest-missing = Say what is still wrong
follow-contest-send = Ask to have it done again
follow-rate = Rate
follow-stars = { $stars ->
    [5] Very satisfied (five stars)
    [4] Satisfied (four stars)
    [3] Fairly satisfied (three stars)
    [2] Not satisfied (two stars)
   *[1] Not satisfied at all (one star)
}
follow-stars-missing = Choose how many stars
follow-comment = Anything you want to say (optional)
follow-rate-send = Send the rating
follow-add = Add something
follow-add-words = What there is to add
follow-words-missing = Write what there is to add
follow-add-send = Add
follow-end = Cease to follow
follow-done = Sent.
follow-done-add = What you added was given to those who handle it.
follow-done-confirm = You have confirmed that it is solved. Thank you.
follow-done-contest = It was reopened and will be given out again.
follow-done-rate = Your rating was received. Somebody will get back to you on a bad one.
follow-begin = I have the same problem: follow
follow-begin-hint = No need to report it again. Leave a mobile number to look it up later, or leave it empty.
refusal-already-follows = This mobile number follows the case already.
refusal-not-following = This link cannot do that.
refusal-already-confirmed = You have confirmed that already.
