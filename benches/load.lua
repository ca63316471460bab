-- Mixed requests for wrk: what a page asks while somebody types, whole pages, and the API, over the queries of a file.
-- BAOKU_QUERIES names the file; with BAOKU_MIX=search only /api/v1/search is asked.

local function encode(text)
  return (text:gsub("[^%w%-_.~]", function(char) return string.format("%%%02X", char:byte()) end))
end

-- The first `number` characters; bytes 0x80 to 0xBF continue a character of UTF-8.
local function prefix(text, number)
  return text:match("^" .. ("[%z\1-\127\194-\244][\128-\191]*"):rep(number)) or text
end

local targets = {}
for query in io.lines(os.getenv("BAOKU_QUERIES")) do
  if query ~= "" and query:sub(1, 2) ~= "# " then
    local q = encode(query)
    targets[#targets + 1] = "/api/v1/search?q=" .. q
    if os.getenv("BAOKU_MIX") ~= "search" then
      targets[#targets + 1] = "/api/v1/search?facets=section,month&q=" .. q
      targets[#targets + 1] = "/answer?q=" .. q
      targets[#targets + 1] = "/answer?q=" .. encode(prefix(query, 2))
      targets[#targets + 1] = "/?q=" .. q
      targets[#targets + 1] = "/api/v1/suggest?q=" .. encode(prefix(query, 3))
    end
  end
end
if os.getenv("BAOKU_MIX") ~= "search" then
  targets[#targets + 1] = "/"
end

local threads = 0
function setup(thread)
  thread:set("seed", threads)
  threads = threads + 1
end

function init()
  math.randomseed(seed + 1)
end

function request()
  return wrk.format("GET", targets[math.random(#targets)])
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    "requests/s %.0f, p50 %.2f ms, p90 %.2f ms, p99 %.2f ms, slowest %.1f ms, requests %d\n",
    summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1000, latency:percentile(90) / 1000,
    latency:percentile(99) / 1000, latency.max / 1000, summary.requests))
  io.write(string.format(
    "errors: connect %d, read %d, write %d, status %d, timeout %d\n",
    errors.connect, errors.read, errors.write, errors.status, errors.timeout))
end
