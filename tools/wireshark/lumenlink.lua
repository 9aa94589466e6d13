-- LumenLink's wire in Wireshark and tshark: frames inside MQTT (topics ll/1/{beacon}/u and /d, and u), and captures of
-- bare frames with the link type USER0 (147). Shows what `lumen decode` shows; shared-protocol/README.md is the
-- specification. lumenlink.error is the name of section 9 where a frame breaks, lumenlink.refusal why a receipt would
-- refuse a record. Tags and signatures are shown, not checked.
--   tshark -X lua_script:tools/wireshark/lumenlink.lua -i lo -f 'tcp port 8081' -d tcp.port==8081,mqtt -V

local lumenlink = Proto("lumenlink", "LumenLink")
local inside_mqtt = Proto("lumenlink_mqtt", "LumenLink in MQTT")

local TYPES = {
  [0x01] = "Hello", [0x02] = "Evidence", [0x03] = "Records", [0x04] = "CommandAck", [0x81] = "Challenge",
  [0x82] = "AttestationResult", [0x83] = "AttestationRefusal", [0x84] = "Receipt", [0x85] = "Config",
  [0x86] = "Command",
}
local HAS_SESSION = {
  [0x03] = true, [0x04] = true, [0x82] = true, [0x84] = true, [0x85] = true, [0x86] = true,
}
local KINDS = { [1] = "Report", [2] = "Status", [3] = "Diagnostics" }
local COMMANDS = {
  [1] = "Identify", [2] = "Rescan", [3] = "Reattest", [4] = "Reboot", [5] = "SendDiagnostics",
}
local SUBJECTS = { [1] = "Command", [2] = "Configuration" }
local CONTROL_OUTCOMES = {
  [1] = "Done", [2] = "Accepted", [3] = "CommandUnknown", [4] = "ArgumentInvalid", [5] = "Expired",
  [6] = "IdNotRising", [7] = "VersionNotRising", [8] = "SignatureInvalid", [9] = "TextInvalid", [10] = "RolledBack",
  [11] = "NotKept", [12] = "CouldNotCheck",
}
local ADDRESS_TYPES = { [0] = "Public", [1] = "Random", [2] = "NotKnown" }
local BOOT_REASONS = {
  [0] = "NotKnown", [1] = "Power", [2] = "Requested", [3] = "Supervisor", [4] = "LinkHang", [5] = "MemoryLow",
  [6] = "Command", [7] = "Provisioning", [8] = "FactoryReset", [9] = "Configuration",
}
local DETAILS = {
  [1] = "Transport", [2] = "RadioDuty", [3] = "Filtered", [4] = "Link", [5] = "SecurityLevel", [6] = "ConfigVersion",
  [7] = "Faults", [8] = "EidPeriod",
}
-- The fields of each detail, all of one size.
local DETAIL_FIELDS = {
  { size = 1, "transport", "transport_index" },
  { size = 4, "advertise_tenths", "ble_scan_tenths", "wifi_scan_tenths" },
  { size = 4, "filtered_rssi", "filtered_address", "filtered_service", "filtered_manufacturer", "filtered_unchanged" },
  { size = 4, "connects", "connect_failures", "receipts_missed", "downlink_refused" },
  { size = 1, "security_level" },
  { size = 4, "config_version" },
  { size = 4, "radio_faults", "chip_faults", "torn_records", "other_faults" },
  { size = 4, "eid_period" },
}
local RADIOS = { [1] = "Ble", [2] = "WiFi" }
local BASE_MS = 1577836800000 -- 2020-01-01 UTC
local MAX_GAP_MS, MAX_WINDOW_MS, MAX_BOOT = 1073741824, 16777216, 2097151

local F = {}
local function define(kind, names, ...)
  for name in names:gmatch("%S+") do
    F[name] = ProtoField[kind]("lumenlink." .. name, name, ...)
  end
end

define("uint8", "version version_min version_max cert_usage hello_length claim_count claim length secret_count secret")
define("uint8", "outcome signed entry_count bitmap_length refused_count reason version_length extension")
define("uint8", "type", base.HEX, TYPES)
define("uint8", "boot_reason", base.DEC, BOOT_REASONS)
define("uint8", "detail", base.DEC, DETAILS)
define("uint8", "transport", base.DEC, { [0] = "None", [1] = "Mqtt", [2] = "Http" })
define("uint8", "security_level", base.DEC, { [0] = "NotKnown", [1] = "SecureElement", [2] = "SoftwareKey" })
define("uint8", "transport_index")
define("uint8", "command", base.DEC, COMMANDS)
define("uint8", "subject", base.DEC, SUBJECTS)
define("uint8", "control_outcome", base.DEC, CONTROL_OUTCOMES)
define("uint8", "detail_length")
for _, fields in ipairs(DETAIL_FIELDS) do
  if fields.size == 4 then define("uint32", table.concat(fields, " ")) end
end
define("uint8", "form record_count")
define("uint16", "hardware_model argument text_length")
define("uint16", "record_form", base.HEX)
define("uint24", "sequence boot24 floor")
define("uint32", "session_id epoch_id cert_key_id cert_version cert_root_id boot lifetime_s retry_after_s")
define("uint32", "settled_through refused_sequence heap_free_bytes heap_largest_bytes queue_records queue_bytes")
define("uint32", "dropped_records dropped_sightings stale_events key_day duration_ms body_length")
define("uint32", "command_id number")
define("uint64", "uptime_ms time_ms")
define("int64", "issued_unix_ms service_unix_ms expires_unix_ms open_ms")
define("int8", "wifi_rssi_dbm")
define("bytes", "device_nonce key_hash service_nonce epoch_key cert_key cert_signature mac signature hello")
define("bytes", "challenge_hash ephemeral_key data bitmap tag")
define("string", "firmware_version text kind clock radio address address_type error refusal addressing")
define("string", "extra line")
define("int32", "rssi_dbm window")
lumenlink.fields = F
local broken = ProtoExpert.new("lumenlink.broken", "The frame breaks", expert.group.MALFORMED, expert.severity.ERROR)
local refused = ProtoExpert.new("lumenlink.refused", "The record", expert.group.PROTOCOL, expert.severity.WARN)
lumenlink.experts = { broken, refused }

local function need(condition, reason)
  if not condition then error({ reason = reason }, 0) end
end

-- Fields from front to end; what comes behind the end does not exist for it.
local Cursor = {}
Cursor.__index = Cursor

local function cursor(range, first, last, tree)
  return setmetatable({ range = range, at = first, last = last, tree = tree }, Cursor)
end

function Cursor:left() return self.last - self.at end

function Cursor:take(name, size)
  need(size <= self:left(), "TooShort")
  local at = self.at
  self.at = at + size
  local value = 0
  if size <= 6 then
    for i = size - 1, 0, -1 do value = value * 256 + self.range(at + i, 1):uint() end
  end
  if size > 0 then
    local item = self.tree:add_le(F[name], self.range(at, size))
    return value, item
  end
  return value
end

function Cursor:count(name, size, low, high, reason)
  local value = self:take(name, size)
  need(value >= low and value <= high, reason)
  return value
end

function Cursor:ascii(name, size)
  need(size <= self:left(), "TooShort")
  for i = self.at, self.at + size - 1 do
    local byte = self.range(i, 1):uint()
    need(byte >= 0x20 and byte <= 0x7E, "ValueInvalid")
  end
  if size > 0 then self:take(name, size) end
end

-- A text of several lines, an item for each.
function Cursor:lines(name, size)
  need(size <= self:left(), "TooShort")
  local last = self.at + size
  for i = self.at, last - 1 do
    local byte = self.range(i, 1):uint()
    need(byte == 0x0A or (byte >= 0x20 and byte <= 0x7E), "ValueInvalid")
  end
  while self.at < last do
    local length = 0
    while self.at + length < last and self.range(self.at + length, 1):uint() ~= 0x0A do length = length + 1 end
    if length > 0 then self:take(name, length) end
    self.at = math.min(self.at + 1, last)
  end
end

function Cursor:extensions()
  while self:left() > 0 do
    need(self:left() >= 2 and self.range(self.at + 1, 1):uint() <= self:left() - 2, "ExtensionMalformed")
    self:take("extension", 1)
    self:take("data", self:take("length", 1))
  end
end

-- Section 4, the report: the least significant bit of a byte first, of numbers too.
local Bits = {}
Bits.__index = Bits

local function bits_of(range)
  local bytes = range and range:bytes()
  return setmetatable({ bytes = bytes, at = 0, size = bytes and bytes:len() * 8 or 0 }, Bits)
end

function Bits:take(count)
  need(self.at + count <= self.size, "TooShort")
  local value = 0
  for i = 0, count - 1 do
    local byte = self.bytes:get_index(math.floor(self.at / 8))
    value = value + math.floor(byte / 2 ^ (self.at % 8)) % 2 * 2 ^ i
    self.at = self.at + 1
  end
  return value
end

function Bits:list(n, count)
  local list = {}
  for i = 1, n do list[i] = self:take(count) end
  return list
end

function Bits:unary()
  local count = 0
  while self:take(1) == 0 do count = count + 1 end
  return count
end

local function signed(value)
  return value % 2 == 0 and value / 2 or -(value + 1) / 2
end

function Bits:eg(k)
  local bits = self:unary() + k
  return 2 ^ bits + self:take(bits) - 2 ^ k
end

local function window_times(bits, count, time)
  local jitter, end_gap = bits:take(3), bits:eg(0)
  local gap, close = count > 1 and bits:eg(6) or 0, time - end_gap
  need(end_gap <= MAX_GAP_MS and gap <= MAX_GAP_MS and close >= 0, "ValueInvalid")
  local duration, times = 10000 - gap + signed(bits:eg(2)), {}
  for i = count, 1, -1 do
    if i < count and jitter ~= 7 then duration = duration + signed(bits:eg(jitter)) end
    local open = close - duration
    need(duration >= 0 and duration <= MAX_WINDOW_MS and open >= 0, "ValueInvalid")
    times[i] = { open = open, duration = duration }
    if i == 1 then break end
    if i < count and jitter ~= 7 then gap = gap + signed(bits:eg(jitter)) end
    need(gap >= 0 and gap <= MAX_GAP_MS and open >= gap, "ValueInvalid")
    close = open - gap
  end
  return times
end

local EXTRAS = {
  { "AdvertisementType", 3 }, { "TxPower", 8 }, { "Recognised", 3 }, { "Eid", 64 }, { "Fingerprint", 32 },
}

local function columns(bits, rows, extras)
  local last, known = 0, 0
  while true do
    local id = bits:take(4)
    if id == 0 then
      need(last > 0, "ValueInvalid")
      return
    end
    local width, kind = bits:take(6) + 1, EXTRAS[id]
    need(id > last and (not kind or width == kind[2]), "ValueInvalid")
    last = id
    local has, any = {}, 0
    for i = 1, #rows do
      has[i] = bits:take(1)
      any = any + has[i]
    end
    need(any > 0, "ValueInvalid")
    known = known + (kind and any or 0)
    need(known <= 64, "CountInvalid")
    for i, row in ipairs(rows) do
      if has[i] == 1 then
        local low = bits:take(math.min(width, 32))
        local high = bits:take(math.max(width - 32, 0))
        local name = kind and kind[1] or "extra " .. id
        local address = string.format("%06x%06x", math.floor(row.address / 2 ^ 24), row.address % 2 ^ 24)
        extras[#extras + 1] = string.format("%s %s 0x%x%08x", address, name, high, low)
      end
    end
  end
end

local function block_rows(bits, count)
  local n = bits:eg(3)
  need(n <= 64, "CountInvalid")
  local rows = { has_extras = bits:take(1) == 1 }
  need(n > 0 or not rows.has_extras, "ReservedNotZero")
  if n == 0 then return rows end
  local types = bits:take(2)
  for i = 1, n do
    rows[i] = { type = types == 3 and bits:take(2) or types, heard = {} }
    need(rows[i].type <= 2, "ValueInvalid")
  end
  for _, row in ipairs(rows) do
    for w = 0, count - 1 do
      if count == 1 or bits:take(1) == 1 then row.heard[#row.heard + 1] = w end
    end
    need(#row.heard > 0, "ValueInvalid")
  end
  return rows
end

-- Rice codes: all remainders, those of addresses first, then all quotients, then those that escaped.
local function values(bits, rows)
  local count = 0
  for _, row in ipairs(rows) do count = count + #row.heard end
  local base, rice = -4 * bits:take(5), bits:take(3)
  local order = 47 - math.floor(math.log(#rows) / math.log(2) + 1e-9)
  local addresses, steps, address = bits:list(#rows, order), bits:list(count, rice), -1
  for i, row in ipairs(rows) do
    address = address + 1 + addresses[i] + bits:unary() * 2 ^ order
    row.address = address
  end
  need(address < 2 ^ 48, "ValueInvalid")
  local quotients = {}
  for i = 1, count do
    quotients[i] = bits:unary()
    need(quotients[i] <= 7, "ValueInvalid")
  end
  for i = 1, count do
    if quotients[i] == 7 then quotients[i] = bits:take(9 - rice) end
    steps[i] = signed(steps[i] + quotients[i] * 2 ^ rice)
  end
  return base, steps
end

local function block(bits, radio, time, windows, sightings, extras)
  local count = bits:take(4) + 1
  local first_window = #windows
  for i, times in ipairs(window_times(bits, count, time)) do
    windows[first_window + i] = { radio = radio, open = times.open, duration = times.duration }
  end
  local rows = block_rows(bits, count)
  if #rows == 0 then return end
  local base, steps = values(bits, rows)
  local at = 0
  for _, row in ipairs(rows) do
    local twice = nil
    for _, w in ipairs(row.heard) do
      at = at + 1
      local dbm = steps[at] + (twice and math.floor(twice / 2) or base)
      need(dbm >= -128 and dbm <= 127, "ValueInvalid")
      twice = twice and twice + steps[at] or 2 * dbm
      sightings[#sightings + 1] = { window = first_window + w, address = row.address, type = row.type, dbm = dbm }
    end
  end
  if rows.has_extras then columns(bits, rows, extras) end
end

local function read_report(range, clock, time)
  local bits, report = bits_of(range), { windows = {}, sightings = {}, extras = {} }
  local raw, gives_day, ble, wifi = bits:take(1), bits:take(1), bits:take(1), bits:take(1)
  report.raw, report.day = raw == 1, gives_day == 1 and bits:take(16) or 0
  need(not (report.raw and gives_day == 1), "ReservedNotZero")
  if not report.raw and gives_day == 0 then
    need(clock == 1, "ValueInvalid")
    report.day = math.floor(time / 86400000)
  end
  if ble == 1 then block(bits, 1, time, report.windows, report.sightings, report.extras) end
  if wifi == 1 then block(bits, 2, time, report.windows, report.sightings, report.extras) end
  need(bits.size - bits.at < 8, "TooLong")
  need(bits:take(bits.size - bits.at) == 0, "ReservedNotZero")
  return report
end

local function show_report(tree, body, report)
  tree:add(F.addressing, body, report.raw and "Raw" or "Pseudonym"):set_generated()
  tree:add(F.key_day, body, report.day):set_generated()
  for i, window in ipairs(report.windows) do
    local item = tree:add(lumenlink, body, string.format("window %d", i - 1))
    item:add(F.radio, body, RADIOS[window.radio]):set_generated()
    item:add(F.open_ms, body, Int64.new(tostring(string.format("%.0f", window.open)))):set_generated()
    item:add(F.duration_ms, body, window.duration):set_generated()
  end
  for _, one in ipairs(report.sightings) do
    local high, low = math.floor(one.address / 2 ^ 24), one.address % 2 ^ 24
    local address = string.format("%06x%06x", high, low)
    local item = tree:add(lumenlink, body, string.format("sighting %s %d dBm", address, one.dbm))
    item:add(F.window, body, one.window):set_generated()
    item:add(F.address, body, address):set_generated()
    item:add(F.address_type, body, ADDRESS_TYPES[one.type]):set_generated()
    item:add(F.rssi_dbm, body, one.dbm):set_generated()
  end
  for _, extra in ipairs(report.extras) do tree:add(F.extra, body, extra):set_generated() end
end

local function details(at)
  local seen = {}
  while at:left() > 0 do
    local id = at:take("detail", 1)
    local length = at:take("length", 1)
    need(length <= at:left(), "TooShort")
    local fields = DETAIL_FIELDS[id]
    if fields then
      need(not seen[id], "Repeated")
      seen[id] = true
      need(length == #fields * fields.size, "LengthInvalid")
      for _, name in ipairs(fields) do at:take(name, fields.size) end
    else
      at:take("data", length)
    end
  end
end

local function status(at)
  need(at:left() >= 39, "TooShort")
  at:take("uptime_ms", 8)
  at:take("boot_reason", 1)
  for name in ("heap_free_bytes heap_largest_bytes queue_records queue_bytes dropped_records dropped_sightings "
      .. "stale_events"):gmatch("%S+") do
    at:take(name, 4)
  end
  at:take("wifi_rssi_dbm", 1)
  local length = at:count("version_length", 1, 0, 32, "LengthInvalid")
  at:ascii("firmware_version", length)
  details(at)
end

local function diagnostics(at)
  need(at:left() <= 1024, "LengthInvalid")
  at:lines("line", at:left())
end

local function refuse(tree, why, reason)
  tree:add(F.refusal, why):set_generated()
  tree:add_proto_expert_info(refused, why .. (reason and ": " .. reason or ""))
end

local function record(at, floor)
  need(at:left() >= 10, "TooShort")
  local tree, outer = at.tree:add(lumenlink, at.range(at.at, 10), "record"), at.tree
  at.tree = tree
  local sequence = at:take("sequence", 3)
  local time = at:take("time_ms", 5)
  local form = at:take("record_form", 2)
  local length, clock, kind = form % 2048, math.floor(form / 2048) % 2, math.floor(form / 4096)
  tree:append_text(string.format(" %d, %s", sequence, KINDS[kind] or "kind " .. kind))
  tree:add(F.kind, KINDS[kind] or "unknown"):set_generated()
  tree:add(F.clock, clock == 1 and "set: time_ms counts from 2020-01-01 UTC" or "not set: from boot"):set_generated()
  tree:add(F.body_length, length):set_generated()
  need(length <= 1526, "LengthInvalid")
  need(sequence ~= 0 and sequence >= floor, "ValueInvalid")
  need(length <= at:left(), "TooShort")
  local body = length > 0 and at.range(at.at, length) or nil
  if kind == 1 then
    local good, report = pcall(read_report, body, clock, time + (clock == 1 and BASE_MS or 0))
    if good then show_report(tree, body, report) else refuse(tree, "BodyMalformed", report.reason or report) end
  elseif kind == 2 then
    local good, why = pcall(status, cursor(at.range, at.at, at.at + length, tree))
    if not good then refuse(tree, "BodyMalformed", why.reason or why) end
  elseif kind == 3 then
    local good, why = pcall(diagnostics, cursor(at.range, at.at, at.at + length, tree))
    if not good then refuse(tree, "BodyMalformed", why.reason or why) end
  else
    refuse(tree, "KindUnknown")
  end
  at.at = at.at + length
  at.tree = outer
end

local function groups(at)
  local boots, number, more = {}, 0, true
  while more do
    need(number < 8, "CountInvalid")
    number = number + 1
    local form = at:take("form", 1)
    local gives_boot, gives_floor = math.floor(form / 32) % 2 == 1, math.floor(form / 64) % 2 == 1
    more = form >= 128
    local boot = gives_boot and at:take("boot24", 3) or 0
    local floor = gives_floor and at:take("floor", 3) or nil
    need(at:left() >= 10, "TooShort")
    local first = at.range(at.at, 3):le_uint()
    need(not gives_boot or (boot >= 1 and boot <= MAX_BOOT), "ValueInvalid")
    need(floor ~= 0 and floor ~= first and first ~= 0, "ValueInvalid")
    for _ = 0, form % 32 do record(at, floor or first) end
    need(not boots[boot], "Repeated")
    boots[boot] = true
  end
end

local function certificate(at, usage)
  at:take("cert_key_id", 4)
  at:take("cert_version", 4)
  at:count("cert_usage", 1, usage or 1, usage or 1, "ValueInvalid")
  at:take("cert_root_id", 4)
  at:take("cert_key", 64)
  at:take("cert_signature", 64)
end

local function hello(at)
  at:take("device_nonce", 16)
  at:take("key_hash", 32)
  local low = at:take("version_min", 1)
  local high = at:take("version_max", 1)
  need(low >= 1 and high >= low, "ValueInvalid")
  at:take("hardware_model", 2)
end

local function challenge(at)
  at:take("device_nonce", 16)
  at:take("service_nonce", 16)
  at:take("issued_unix_ms", 8)
  at:take("epoch_id", 4)
  at:take("epoch_key", 64)
  certificate(at)
end

local function claims(at)
  local seen = {}
  for _ = 1, at:count("claim_count", 1, 0, 16, "CountInvalid") do
    local id = at:take("claim", 1)
    local length = at:take("length", 1)
    need(length <= at:left(), "TooShort")
    if id >= 1 and id <= 6 then
      need(not seen[id], "Repeated")
      seen[id] = true
      need(id <= 4 and length <= 32 or id > 4 and length == 32, "LengthInvalid")
    end
    if id >= 1 and id <= 4 then at:ascii("text", length) else at:take("data", length) end
  end
end

local frame -- below; an Evidence carries a Hello

local function evidence(at)
  local size = at:count("hello_length", 1, 58, 96, "LengthInvalid")
  need(at:left() >= size + 155, "TooShort")
  local inner = at.tree:add(F.hello, at.range(at.at, size))
  frame(at.range(at.at, size), inner, 0x01)
  at.at = at.at + size
  for name, bytes in ("service_nonce=16 issued_unix_ms=8 epoch_id=4 challenge_hash=32 mac=16 ephemeral_key=64")
      :gmatch("([%w_]+)=(%d+)") do
    at:take(name, tonumber(bytes))
  end
  at:count("boot", 4, 1, MAX_BOOT, "ValueInvalid")
  at:take("uptime_ms", 8)
  at:take("hardware_model", 2)
  claims(at)
end

local function result(at)
  at:take("service_unix_ms", 8)
  at:take("lifetime_s", 4)
  for _ = 1, at:count("secret_count", 1, 0, 8, "CountInvalid") do
    local id = at:take("secret", 1)
    local length = at:take("length", 1)
    local size = ({ 21, 18 })[id]
    need(size and length == size or not size and length <= 32, "LengthInvalid")
    at:take("data", length)
  end
end

local function refusal(at)
  at:take("device_nonce", 16)
  at:count("outcome", 1, 1, 255, "ValueInvalid")
  at:take("retry_after_s", 4)
  if at:count("signed", 1, 0, 1, "ValueInvalid") == 1 then certificate(at) end
end

local function receipt(at)
  local boots = {}
  for _ = 1, at:count("entry_count", 1, 1, 8, "CountInvalid") do
    local boot = at:take("boot", 4)
    at:take("settled_through", 4)
    need(boot >= 1 and boot <= MAX_BOOT, "ValueInvalid")
    at:take("bitmap", at:count("bitmap_length", 1, 0, 32, "LengthInvalid"))
    local refusals = at:count("refused_count", 1, 0, 32, "CountInvalid")
    need(5 * refusals <= at:left(), "TooShort")
    for _ = 1, refusals do
      need(at:take("refused_sequence", 4) ~= 0, "ValueInvalid")
      need(at:take("reason", 1) ~= 0, "ValueInvalid")
    end
    need(not boots[boot], "Repeated")
    boots[boot] = true
  end
end

local function command(at)
  at:count("command_id", 4, 1, 2 ^ 32 - 1, "ValueInvalid")
  need(at.range(at.at + 7, 1):uint() < 128, "ValueInvalid")
  at:take("expires_unix_ms", 8)
  at:take("command", 1)
  at:take("argument", 2)
end

local function config(at)
  at:count("config_version", 4, 1, 2 ^ 32 - 1, "ValueInvalid")
  local length = at:count("text_length", 2, 0, 1024, "LengthInvalid")
  need(length + 141 <= at:left(), "TooShort")
  at:lines("text", length)
  certificate(at, 2)
end

local function command_ack(at)
  at:count("subject", 1, 1, 2, "ValueInvalid")
  at:count("number", 4, 1, 2 ^ 32 - 1, "ValueInvalid")
  at:count("control_outcome", 1, 1, 255, "ValueInvalid")
  at:ascii("text", at:count("detail_length", 1, 0, 32, "LengthInvalid"))
end

-- What stands between header and tail, its least size, and the tail: fields and sizes from the end of the frame.
local LAYOUTS = {
  [0x01] = { read = hello, least = 52, tail = {} },
  [0x02] = { read = evidence, least = 1, tail = { { "signature", 64 } } },
  [0x03] = { read = groups, least = 0, tail = { { "tag", 8 } } },
  [0x81] = { read = challenge, least = 249, tail = { { "mac", 16 }, { "signature", 64 } } },
  [0x82] = { read = result, least = 13, tail = { { "tag", 8 } } },
  [0x83] = { read = refusal, least = 22, tail = { { "signature", 64 } } },
  [0x04] = { read = command_ack, least = 7, tail = { { "tag", 8 } } },
  [0x84] = { read = receipt, least = 11, tail = { { "tag", 8 } } },
  [0x85] = { read = config, least = 147, tail = { { "signature", 64 }, { "tag", 8 } } },
  [0x86] = { read = command, least = 15, tail = { { "tag", 8 } } },
}

function frame(range, tree, expected)
  local size = range:len()
  need(size > 0, "TooShort")
  need(range(0, 1):uint() == 1, "VersionUnknown")
  need(size <= 2048, "TooLong")
  need(size >= 6, "TooShort")
  local at = cursor(range, 0, size, tree)
  at:take("version", 1)
  local kind = at:take("type", 1)
  local session = at:take("session_id", 4)
  need(TYPES[kind], "TypeUnknown")
  need(HAS_SESSION[kind] or session == 0, "SessionNotZero")
  need(not HAS_SESSION[kind] or session ~= 0, "SessionMissing")
  need(not expected or kind == expected, "TypeNotExpected")
  need(kind ~= 0x01 or size <= 96, "TooLong")
  local layout, tail = LAYOUTS[kind], 0
  local is_bare = kind == 0x83 and size >= 28 and range(27, 1):uint() == 0
  need(not is_bare or size == 28, "TooLong")
  local fields = is_bare and {} or layout.tail
  for _, field in ipairs(fields) do tail = tail + field[2] end
  need(kind ~= 0x83 or size >= 28, "TooShort")
  need(kind ~= 0x83 or range(22, 1):uint() ~= 0 and range(27, 1):uint() <= 1, "ValueInvalid")
  need(size >= 6 + layout.least + tail, "TooShort")
  at.last = size - tail
  layout.read(at)
  if not is_bare then at:extensions() end
  at.last = size
  for _, field in ipairs(fields) do at:take(field[1], field[2]) end
  return TYPES[kind]
end

local function dissect(range, pinfo, root)
  local tree = root:add(lumenlink, range)
  local good, outcome = pcall(frame, range, tree)
  if good then
    tree:append_text(", " .. outcome)
    pinfo.cols.info:append(" LumenLink " .. outcome)
  else
    local reason = outcome.reason or tostring(outcome)
    tree:append_text(", " .. reason)
    tree:add(F.error, reason):set_generated()
    tree:add_proto_expert_info(broken, reason)
  end
end

function lumenlink.dissector(tvb, pinfo, root)
  pinfo.cols.protocol = "LumenLink"
  dissect(tvb:range(), pinfo, root)
end

local mqtt_message, mqtt_topic = Field.new("mqtt.msg"), Field.new("mqtt.topic")

function inside_mqtt.dissector(_, pinfo, root)
  local topics = { mqtt_topic() }
  for _, message in ipairs({ mqtt_message() }) do
    local topic = nil -- the last one before the message: a packet can hold several PUBLISH
    for _, one in ipairs(topics) do
      if one.offset < message.offset then topic = tostring(one.value) end
    end
    if topic and message.len > 0 and (topic == "u" or topic:match("^ll/1/[%w_-]+/[ud]$")) then
      dissect(message.range, pinfo, root)
    end
  end
end

DissectorTable.get("wtap_encap"):add(wtap.USER0, lumenlink)
register_postdissector(inside_mqtt)
