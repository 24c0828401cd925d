# First page and search.
home-title = What do you want to do?
home-report = Report a problem
home-report-words = Roads, rubbish, noise, broken things: four steps, no sign-in
home-follow = Follow my report
home-follow-words = Progress by number and mobile phone; rate, ask again
home-call = Call a person
home-call-words = Call 12345 and have it registered for you
home-latest = Latest reports
search-title = Search for “{ $words }”
search-cases = Reports by number
search-kinds = Report this kind of problem
search-nothing = Nothing was found. Try other words, or report the problem directly.
home-checkup-words = A few questions, and what you are entitled to
