using LumenLink.Protocol;
using static LumenLink.Tests.Protocol.VectorMaker.Mutation;

namespace LumenLink.Tests.Protocol.VectorMaker;

internal static class ReceiptVectors
{
    public static VectorFile Make(Exchange exchange)
    {
        byte[] key = exchange.Keys.DownKey.ToArray();
        ReceiptEntry before = new();
        before.Reset(Exchange.Boot - 1, 41);
        ReceiptEntry now = new();
        now.Reset(Exchange.Boot, 10);
        Assert.True(now.TrySettle(12) && now.TrySettle(19) && now.TryRefuse(11, RefusalReason.KindUnknown));
        byte[] ok = Frame(key, [before, now]);
        ReceiptEntry least = new();
        least.Reset(1, 0);
        byte[] min = Frame(key, [least]);
        byte[] max = Frame(key, Enumerable.Range(1, 8).Select(i => Full((uint)i)));
        int tag = FrameTag.Offset(ok.Length);
        int refused = min.Length - FrameTag.Size;
        byte[] one = min.With(16, 1).Insert(refused, 5, 0, 0, 0, 99);
        Vector Wrong(string name, byte[] frame, WireError error) => Sealed(name, frame.Seal(key), key, error);
        return new VectorFile("Receipt", "README section 5; key is the down key",
        [
            Sealed("ok", ok, key),
            Sealed("min", min, key),
            Sealed("max", max, key),
            Sealed("reason_unknown", one.Seal(key), key),
            Sealed("short_topic", ok.Insert(tag, (byte)ReceiptExtension.ShortTopic, 0).Seal(key), key),
            Sealed("extension", ok.Insert(tag, 0xEE, 3, 1, 2, 3).Seal(key), key),
            Sealed("bad_tag", ok.With(tag, (byte)(ok[tag] ^ 1)), key) with { Verify = "TagMismatch" },
            Bad("truncated", min[..^1], WireError.TooShort),
            Wrong("session_missing", ok.With(2, 0, 0, 0, 0), WireError.SessionMissing),
            Wrong("entry_count_0", ok.With(6, 0), WireError.CountInvalid),
            Wrong("entry_count_9", ok.With(6, 9), WireError.CountInvalid),
            Wrong("entry_behind_end", ok.With(6, 3), WireError.TooShort),
            Wrong("boot_zero", ok.With(7, 0), WireError.ValueInvalid),
            Wrong("boot_twice", ok.With(7, (byte)Exchange.Boot), WireError.Repeated),
            Wrong("bitmap_33", max.With(15, 33), WireError.LengthInvalid),
            Wrong("bitmap_behind_end", min.With(15, 1), WireError.TooShort),
            Wrong("refused_count_33", min.With(16, 33), WireError.CountInvalid),
            Wrong("refused_behind_end", min.With(16, 1), WireError.TooShort),
            Wrong("refused_sequence_zero", one.With(refused, 0), WireError.ValueInvalid),
            Wrong("refused_reason_zero", one.With(refused + 4, 0), WireError.ValueInvalid),
            Wrong("extension_broken", ok.Insert(tag, 0xEE, 4, 1, 2, 3), WireError.ExtensionMalformed),
        ]);
    }

    public static byte[] Frame(byte[] key, IEnumerable<ReceiptEntry> entries)
    {
        byte[] buffer = new byte[WireLimits.MaxFrameBytes];
        ReceiptFrame receipt = new();
        Assert.True(receipt.Begin(buffer, 0, Exchange.SessionId));
        foreach (ReceiptEntry entry in entries)
        {
            Assert.True(receipt.TryAdd(entry));
        }

        return buffer[..receipt.Finish()].Seal(key);
    }

    private static ReceiptEntry Full(uint boot)
    {
        ReceiptEntry entry = new();
        entry.Reset(boot, uint.MaxValue - 256);
        for (uint i = 0; i < 256; i++)
        {
            Assert.True(entry.TrySettle(uint.MaxValue - 255 + i));
        }

        for (uint i = 0; i < WireLimits.MaxRefused; i++)
        {
            Assert.True(entry.TryRefuse(i + 1, RefusalReason.BodyMalformed));
        }

        return entry;
    }
}
