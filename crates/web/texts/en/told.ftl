# What everybody is told of a case, and what programs are told when they ask wrongly.
told-holder = with { $organ }
told-answer = { $field }: { $answer }
told-step = In step “{ $step }”, { $left }
told-merged-into = Handled together with { $number }; please ask for that number
told-demo = Demonstration: reports, people and map borders are synthetic data; nobody will come.
told-noted = Registered under number { $number }.
told-promised = If every step keeps its limit it is done by { $time }.
told-left-out = This category takes no { $fields }: not kept.
told-follow = To follow it, add to it, confirm its end or rate it: { $url }
