#!/usr/bin/env python3
"""Recomputes every tag, hash, key, signature and wrapped value of the golden frames from the specification alone.

Needs Python 3 and nothing else; shares no code with the product. Exit status 1 and a line per difference if any.
An argument names another directory of vectors.
"""
import base64
import hashlib
import hmac
import json
import pathlib
import sys

HERE = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent
FAILED = []
CHECKED = 0


def check(name, actual, expected):
    global CHECKED
    CHECKED += 1
    if actual != expected:
        FAILED.append(name)
        print(f"DIFFERS {name}: {actual!r} is not {expected!r}")


def sha(data):
    return hashlib.sha256(data).digest()


def mac(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()


def domain(text):
    return text.encode("ascii").ljust(16, b"\0")


# --- P-256 (SEC 2), affine, None is the point at infinity

P = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
     0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)


def add(a, b):
    if a is None or b is None:
        return a or b
    if a[0] == b[0] and (a[1] + b[1]) % P == 0:
        return None
    if a == b:
        slope = (3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, P)
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def multiply(k, point):
    result = None
    while k:
        if k & 1:
            result = add(result, point)
        point = add(point, point)
        k >>= 1
    return result


def point_of(public):
    x, y = int.from_bytes(public[:32], "big"), int.from_bytes(public[32:], "big")
    assert (y * y - x * x * x + 3 * x - B) % P == 0, "not on the curve"
    return x, y


def verify(public, message, signature):
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if not (0 < r < N and 0 < s < N):
        return False
    inverse = pow(s, -1, N)
    z = int.from_bytes(sha(message), "big")
    point = add(multiply(z * inverse % N, G), multiply(r * inverse % N, point_of(public)))
    return point is not None and point[0] % N == r


# --- AES-128, one block (FIPS 197)

def xtime(value):
    return ((value << 1) ^ 0x1B) & 0xFF if value & 0x80 else value << 1


def make_sbox():
    sbox, p, q = [0] * 256, 1, 1
    while True:
        p ^= xtime(p)
        q ^= q << 1
        q ^= q << 2
        q ^= q << 4
        q &= 0xFF
        q ^= 0x09 if q & 0x80 else 0
        rotated = q
        for shift in range(1, 5):
            rotated ^= ((q << shift) | (q >> (8 - shift))) & 0xFF
        sbox[p] = rotated ^ 0x63
        if p == 1:
            sbox[0] = 0x63
            return sbox


SBOX = make_sbox()


def aes(key, block):
    words, rcon = [list(key[i:i + 4]) for i in range(0, 16, 4)], 1
    for i in range(4, 44):
        word = list(words[-1])
        if i % 4 == 0:
            word = [SBOX[b] for b in word[1:] + word[:1]]
            word[0] ^= rcon
            rcon = xtime(rcon)
        words.append([a ^ b for a, b in zip(words[-4], word)])
    keys = [sum(words[i:i + 4], []) for i in range(0, 44, 4)]
    state = [a ^ b for a, b in zip(block, keys[0])]
    for turn in range(1, 11):
        state = [SBOX[state[(i + 4 * (i % 4)) % 16]] for i in range(16)]
        if turn < 10:
            mixed = []
            for column in range(0, 16, 4):
                c = state[column:column + 4]
                every = c[0] ^ c[1] ^ c[2] ^ c[3]
                mixed += [c[i] ^ every ^ xtime(c[i] ^ c[(i + 1) % 4]) for i in range(4)]
            state = mixed
        state = [a ^ b for a, b in zip(state, keys[turn])]
    return bytes(state)


def load(name):
    return json.loads((HERE / name).read_text(encoding="utf-8"))


def frame_of(file, name="ok"):
    return next(bytes.fromhex(v["hex"]) for v in load(file)["vectors"] if v["name"] == name)


def check_tags():
    for path in sorted(HERE.glob("*.json")):
        if path.name == "crypto.json":
            continue
        for vector in load(path.name)["vectors"]:
            frame = bytes.fromhex(vector["hex"])
            if "key" in vector:
                good = mac(bytes.fromhex(vector["key"]), frame[:-8])[:8] == frame[-8:]
                check(f"{path.name} {vector['name']} tag", "ok" if good else "TagMismatch", vector["verify"])


def check_exchange(c):
    hello, challenge, evidence = frame_of("hello.json"), frame_of("challenge.json"), frame_of("evidence.json")
    check("key hash", hello[22:54], sha(c["device_public"]))
    check("beacon id", c["beacon_id"], sha(c["device_public"])[:8])
    check("hello_hash", c["hello_hash"], sha(hello))
    check("challenge_hash", c["challenge_hash"], sha(challenge[:-80]))
    both = c["hello_hash"] + c["challenge_hash"]
    check("challenge mac", challenge[-80:-64], mac(c["challenge_key"], domain("LL1.chalmac") + both)[:16])
    check("challenge mac stated", challenge[-80:-64], c["challenge_mac"])
    check("cert key", challenge[127:191], c["service_public"])
    check("cert key id", challenge[114:118], sha(challenge[127:191])[:4])
    check("cert root id", challenge[123:127], sha(c["root_public"])[:4])
    message = domain("LL1.cert") + challenge[114:191]
    check("cert signature", verify(c["root_public"], message, challenge[191:255]), True)
    for name in ("ok", "max", "extension"):
        frame = frame_of("challenge.json", name)
        message = domain("LL1.challenge") + c["hello_hash"] + sha(frame[:-80]) + frame[-80:-64]
        check(f"challenge {name} signature", verify(c["service_public"], message, frame[-64:]), True)
    for name in ("ok", "min", "max", "extension", "claim_unknown"):
        frame = frame_of("evidence.json", name)
        message = domain("LL1.evidence") + both + frame[:-64]
        check(f"evidence {name} signature", verify(c["device_public"], message, frame[-64:]), True)
    for name in ("ok", "max", "extension"):
        frame = frame_of("attestation-refusal.json", name)
        message = domain("LL1.refusal") + c["hello_hash"] + frame[:-64]
        check(f"refusal {name} signature", verify(c["service_public"], message, frame[-64:]), True)
    check("evidence carries hello", evidence[7:7 + evidence[6]], hello)
    check("evidence carries challenge hash", evidence[93:125], c["challenge_hash"])
    check("evidence carries mac", evidence[125:141], c["challenge_mac"])
    check("evidence carries ephemeral", evidence[141:205], c["ephemeral_public"])
    check_keys(c, both, evidence)


def check_keys(c, both, evidence):
    epoch = int.from_bytes(c["epoch_private"], "big")
    secret = multiply(epoch, point_of(c["ephemeral_public"]))[0].to_bytes(32, "big")
    check("ecdh secret", c["ecdh_secret"], secret)
    transcript = sha(both + sha(evidence))
    check("transcript", c["transcript"], transcript)
    extracted, info, block, okm = mac(c["service_nonce"], secret), domain("LL1.session") + transcript, b"", b""
    for number in (1, 2, 3):
        block = mac(extracted, block + info + bytes([number]))
        okm += block
    okm = okm[:80]
    check("okm", c["okm"], okm)
    result = frame_of("attestation-result.json")
    check("result tag", mac(okm[32:64], result[:-8])[:8], result[-8:])
    at = 19
    for index in range(result[18]):
        secret_id, length = result[at], result[at + 1]
        data = result[at + 2:at + 2 + length]
        counter = bytes([secret_id, index]) + bytes(10)
        stream = b"".join(aes(okm[64:], counter + n.to_bytes(4, "little")) for n in range(2))
        check(f"secret {index}", bytes(a ^ b for a, b in zip(data, stream)), c[f"secret_{index}"])
        at += 2 + length
    up, down = okm[:32], okm[32:64]
    for name, key in (("records.json", up), ("command-ack.json", up), ("receipt.json", down), ("config.json", down),
                      ("command.json", down)):
        frame = frame_of(name)
        check(f"{name} key", mac(key, frame[:-8])[:8], frame[-8:])


def check_configs(c):
    """Each signature that is said to be, or not to be, of this beacon's configuration."""
    seen = set()
    for vector in load("config.json")["vectors"]:
        if "signature" not in vector:
            continue
        name, frame = "config " + vector["name"], bytes.fromhex(vector["hex"])
        at = 12 + int.from_bytes(frame[10:12], "little")
        cert, key = frame[at:at + 141], frame[at + 13:at + 77]
        check(name + " cert key", key, c["configuration_public"])
        check(name + " cert key id", cert[:4], sha(key)[:4])
        check(name + " cert root id", cert[9:13], sha(c["root_public"])[:4])
        check(name + " cert signature", verify(c["root_public"], domain("LL1.cert") + cert[:77], cert[77:]), True)
        message = domain("LL1.config") + c["beacon_id"] + frame[6:-72]
        check(name + " message", sha(message).hex(), vector["signed_sha256"])
        good = verify(key, message, frame[-72:-8])
        check(name + " signature", "ok" if good else "wrong", vector["signature"])
        seen.add(good)
    check("configs of both kinds", seen, {True, False})


def check_token(c, text):
    token = c["token"]
    check("token text", text["token_text"], base64.urlsafe_b64encode(token).decode().rstrip("="))
    check("token length", len(text["token_text"]), 98)
    check("id text", text["beacon_id_text"], base64.urlsafe_b64encode(c["beacon_id"]).decode().rstrip("="))
    audience = text["audience"].encode("ascii")
    message = domain("LL1.token") + c["beacon_id"] + bytes([len(audience)]) + audience + token[1:9]
    check("token signature", verify(c["device_public"], message, token[9:]), True)


def main():
    fips = aes(bytes(range(16)), bytes.fromhex("00112233445566778899aabbccddeeff"))
    check("FIPS 197 C.1", fips.hex(), "69c4e0d86a7b0430d8cdb78070b4c55a")
    text = load("crypto.json")
    skip = {"note", "audience", "beacon_id_text", "token_text"}
    c = {name: bytes.fromhex(value) for name, value in text.items() if name not in skip}
    check_tags()
    check_exchange(c)
    check_configs(c)
    check_token(c, text)
    block = c["pseudonym_radio"] + c["pseudonym_address"] + bytes(9)
    check("pseudonym", aes(c["pseudonym_key"], block)[:6], c["pseudonym"])
    for name in ("0", "14", "31"):
        payload, state = c["fingerprint_payload_" + name], bytes(16)
        padded = bytes([3, len(payload)]) + payload
        padded += bytes(-len(padded) % 16)
        for at in range(0, len(padded), 16):
            state = aes(c["pseudonym_key"], bytes(a ^ b for a, b in zip(state, padded[at:at + 16])))
        check("fingerprint " + name, state[:4], c["fingerprint_" + name])
    print(f"{CHECKED - len(FAILED)} values agree, {len(FAILED)} differ")
    return 1 if FAILED or CHECKED < 100 else 0


if __name__ == "__main__":
    sys.exit(main())
