-- One line for the harness: what wrk itself counted, unrounded. Durations are microseconds.
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("\nreport %d %d %d %d %d %d %d %d %.0f %.0f\n",
    summary.requests, summary.duration, summary.bytes, e.connect, e.read, e.write, e.timeout, e.status,
    latency:percentile(50), latency:percentile(99)))
end
