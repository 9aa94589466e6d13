#!/usr/bin/env python3
"""A client of Improv via BLE, written from the public specification alone, and the story that it tells a beacon.

    improv_client.py PORT SSID PASSWORD URL BUTTON_PIN LED_PIN

The Bluetooth below it is the simulator's port: JSON objects, one a line. What the beacon does is compared with the
specification here; the exit status is 0 if all of it was right.
"""
import json
import socket
import sys

SERVICE = "00467768-6228-2272-4663-277478268000"
STATE, ERROR, COMMAND, RESULT, CAPABILITIES = (SERVICE[:-1] + str(n) for n in range(1, 6))
SERVICE_DATA = 0x4677

AUTHORIZATION_REQUIRED, AUTHORIZED, PROVISIONING, PROVISIONED = 1, 2, 3, 4
NO_ERROR, INVALID_PACKET, UNKNOWN_COMMAND, UNABLE_TO_CONNECT, NOT_AUTHORIZED = 0, 1, 2, 3, 4
SEND_WIFI_SETTINGS, IDENTIFY, DEVICE_INFO, SCAN = 1, 2, 3, 4
ATT_INVALID_LENGTH = 13


class Radio:
    """The simulator's port."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.lines = self.socket.makefile("rw", encoding="utf-8", newline="\n")
        self.notified = []

    def ask(self, op, **more):
        self.lines.write(json.dumps({"op": op, **more}) + "\n")
        self.lines.flush()
        while True:
            line = self.lines.readline()
            if not line:
                raise SystemExit("the port hung up")
            answer = json.loads(line)
            if "notify" not in answer:
                return answer
            self.notified.append((answer["notify"], bytes.fromhex(answer["value"])))

    def advance(self, ms):
        self.ask("advance", ms=ms)


def packet(command, data=b""):
    body = bytes([command, len(data)]) + data
    return body + bytes([sum(body) & 0xFF])


def settings(ssid, password):
    name, word = ssid.encode(), password.encode()
    return packet(SEND_WIFI_SETTINGS, bytes([len(name)]) + name + bytes([len(word)]) + word)


def strings(result, command):
    """The strings of a result packet."""
    check(result[0] == command, f"result of command {result[0]}")
    check(len(result) == result[1] + 3, "length of the result")
    check(sum(result[:-1]) & 0xFF == result[-1], "checksum of the result")
    found, at = [], 2
    while at < len(result) - 1:
        found.append(result[at + 1:at + 1 + result[at]].decode())
        at += 1 + result[at]
    check(at == len(result) - 1, "strings fill the result")
    return found


def sections(advertisement):
    found, at = {}, 0
    while at < len(advertisement) and advertisement[at]:
        found[advertisement[at + 1]] = advertisement[at + 2:at + 1 + advertisement[at]]
        at += 1 + advertisement[at]
    return found


def check(holds, what):
    if not holds:
        raise SystemExit("wrong: " + what)


class Improv:
    """A connection to a beacon that is provisioned."""

    def __init__(self, radio, mtu=23):
        self.radio = radio
        answer = radio.ask("connect", mtu=mtu)
        check(answer["ok"], "connects")
        self.room = answer["mtu"] - 3
        offered = {one["uuid"]: one["properties"] for one in radio.ask("discover")["characteristics"]
                   if one["service"] == SERVICE}
        check(set(offered) == {STATE, ERROR, COMMAND, RESULT, CAPABILITIES}, f"characteristics {offered}")
        check(all(offered[one] & 0x12 == 0x12 for one in (STATE, ERROR, RESULT)), "read and notify")
        check(offered[COMMAND] & 0x08 and offered[CAPABILITIES] & 0x02, "write, read")
        for one in (STATE, ERROR, RESULT):
            check(radio.ask("subscribe", uuid=one)["ok"], "subscribes")

    def read(self, uuid):
        answer = self.radio.ask("read", uuid=uuid)
        check(answer["ok"], "reads")
        return bytes.fromhex(answer["value"])

    def send(self, data):
        """As many writes as it takes; what is notified meanwhile, by characteristic."""
        self.radio.notified.clear()
        for at in range(0, len(data), self.room):
            check(self.radio.ask("write", uuid=COMMAND, value=data[at:at + self.room].hex())["ok"], "writes")
        return self.told()

    def told(self):
        told = {STATE: [], ERROR: [], RESULT: []}
        for uuid, value in self.radio.notified:
            told[uuid].append(value if uuid == RESULT else value[0])
        self.radio.notified.clear()
        return told

    def state(self):
        return self.read(STATE)[0]

    def error(self):
        return self.read(ERROR)[0]

    def close(self):
        check(self.radio.ask("disconnect")["ok"], "disconnects")


def expect_on_air(radio, state):
    answer = radio.ask("scan")
    check(answer["ok"], "is on air")
    found = sections(bytes.fromhex(answer["advertisement"]))
    check(found[0x07] == bytes.fromhex(SERVICE.replace("-", ""))[::-1], "service on air")
    data = found[0x16]
    check(int.from_bytes(data[:2], "little") == SERVICE_DATA, "UUID of the service data")
    check(data[2:] == bytes([state, 3, 0, 0, 0, 0]), f"service data {data.hex()} in state {state}")
    check(sections(bytes.fromhex(answer["response"]))[0x09].startswith(b"Lumen-"), "name in the scan response")


def hostile(improv):
    for name, data, error in (
            ("checksum", b"\x02\x00\x03", INVALID_PACKET),
            ("unknown", packet(0x63), UNKNOWN_COMMAND),
            ("scan is not offered", packet(SCAN), UNKNOWN_COMMAND),
            ("more than announced", b"\x02\x00\x02" + bytes(9), INVALID_PACKET),
            ("data runs over", packet(SEND_WIFI_SETTINGS, b"\xffnet"), NOT_AUTHORIZED)):
        check(improv.send(data)[ERROR][-1:] == [error], name)
        check(improv.error() == error, name)
    too_long = improv.radio.ask("write", uuid=COMMAND, value=(b"\x01" * (improv.room + 1)).hex())
    check(not too_long["ok"] and too_long["att"] == ATT_INVALID_LENGTH, "a write longer than a packet")
    improv.send(b"\x01\xff" + bytes(18))
    improv.radio.advance(6000)
    check(improv.error() == INVALID_PACKET, "a packet without an end")
    check(improv.send(packet(DEVICE_INFO))[RESULT], "hears again")


def identify(improv, led_pin):
    before = len(improv.radio.ask("pin", pin=led_pin)["changes"])
    check(improv.send(packet(IDENTIFY))[ERROR][-1:] != [UNKNOWN_COMMAND], "identify")
    improv.radio.advance(2000)
    blinks = improv.radio.ask("pin", pin=led_pin)["changes"][before:]
    lengths = [later[0] - one[0] for one, later in zip(blinks, blinks[1:]) if one[1]]
    check(len(lengths) >= 2 and {600, 100} <= {round(one, -2) for one in lengths}, f"identify on the LED: {blinks}")
    improv.radio.advance(6000)


def story(port, ssid, password, url, button_pin, led_pin):
    radio = Radio(port)
    radio.advance(2000)
    check(radio.ask("board")["boots"] == 1, "is at its first boot")
    expect_on_air(radio, AUTHORIZATION_REQUIRED)

    improv = Improv(radio)
    check(not radio.ask("scan")["ok"], "is not on air while a client is there")
    check(improv.read(CAPABILITIES) == b"\x03", "capabilities")
    check((improv.state(), improv.error()) == (AUTHORIZATION_REQUIRED, NO_ERROR), "begins")
    told = improv.send(packet(DEVICE_INFO))[RESULT]
    check(len(told) == 1 and len(told[0]) == improv.room, "a notification is cut at the packet size")
    info = strings(improv.read(RESULT), DEVICE_INFO)
    check(len(info) == 4 and info[0] == "lumenlink-beacon" and info[3].startswith("Lumen-"), f"device info {info}")
    identify(improv, led_pin)
    hostile(improv)

    check(improv.send(settings(ssid, password))[ERROR][-1:] == [NOT_AUTHORIZED], "refused without the button")
    radio.ask("press", pin=button_pin, ms=200)
    check((improv.told()[STATE], improv.state()) == ([AUTHORIZED], AUTHORIZED), "the button authorizes")
    radio.advance(58_000)
    check(improv.state() == AUTHORIZED, "for nearly a minute")
    radio.advance(2_500)
    check(improv.state() == AUTHORIZATION_REQUIRED, "and not longer")
    check(improv.send(settings(ssid, password))[ERROR][-1:] == [NOT_AUTHORIZED], "refused after a minute")

    improv.close()
    radio.advance(100)
    radio.ask("press", pin=button_pin, ms=200)
    radio.advance(100)
    expect_on_air(radio, AUTHORIZED)
    improv = Improv(radio, mtu=185)
    check(improv.error() == NO_ERROR, "the next client finds no error")
    check(improv.send(settings(ssid, password + "!"))[STATE] == [PROVISIONING], "tries")
    radio.advance(5_000)
    told = improv.told()
    check((told[ERROR], told[STATE]) == ([UNABLE_TO_CONNECT], [AUTHORIZED]), f"wrong password: {told}")
    check(improv.send(settings(ssid, password))[STATE] == [PROVISIONING], "tries again, without the button")
    radio.advance(2_500)
    told = improv.told()
    check(told[STATE] == [PROVISIONED], f"right password: {told}")
    check(strings(told[RESULT][-1], SEND_WIFI_SETTINGS) == [url], "the page to go on with")
    check(strings(improv.read(RESULT), SEND_WIFI_SETTINGS) == [url], "the same when it is read")

    radio.advance(30_000)
    board = radio.ask("board")
    check(board["boots"] == 2 and board["powered"] and board["uncaught"] == 0, f"reboots: {board}")
    check(board["online"], "joins as a beacon")
    check(not radio.ask("read", uuid=STATE)["ok"], "serves nobody any more")


if __name__ == "__main__":
    story(int(sys.argv[1]), *sys.argv[2:5], *map(int, sys.argv[5:7]))
    print("provisioned")
