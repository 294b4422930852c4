-- Plays a sequence of objects made beforehand, so that a request costs the generator two table look-ups.
-- Arguments: a file of paths, one a line, and a file of line numbers (from 1), one a line.
local requests, sequence, last, at = {}, {}, 0, 0

function init(args)
  for path in io.lines(args[1]) do
    requests[#requests + 1] = wrk.format("GET", path)
  end
  for number in io.lines(args[2]) do
    last = last + 1
    sequence[last] = tonumber(number)
  end
end

function request()
  at = at + 1
  if at > last then at = 1 end
  return requests[sequence[at]]
end
