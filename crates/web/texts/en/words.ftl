# Words of the field: standings, phases, times.
standing-received = Received
standing-running = In progress
standing-soon = Due soon
standing-overdue = Overdue
standing-paused = Clock stopped
standing-done = Done
standing-refused = Not taken on
standing-merged = Merged
due-in = { $span } left
due-over = { $span } late
due-none = This step has no limit
due-provisional = Provisional: the holidays of that year are not published yet
sample-figure = sample figure
