using LumenLink.Beacon.Security;
using LumenLink.Beacon.Time;

namespace LumenLink.Tests.Firmware.Security;

/// <summary>Answers every command at once with bytes made before; allocates nothing while it is used.</summary>
internal sealed class CannedBus : II2cBus
{
    private static readonly byte[] Woken = [0x04, 0x11, 0x33, 0x43];
    private readonly byte[] status = Answer(1, 0x00);
    private readonly byte[] four = Answer(4, 0x00);
    private readonly byte[] block = Answer(32, 0x5A);
    private readonly byte[] key = Answer(64, 0xA5);
    private byte[] output = Woken;

    internal bool IsSilent { get; set; }

    internal bool IsBusyForEver { get; set; }

    public bool Write(byte address7, byte[] data, int count)
    {
        if (IsSilent || address7 == 0)
        {
            output = Woken;
            return false;
        }

        if (data[0] != 0x03) return true;
        output = data[2] switch
        {
            Atecc608Opcode.Random or Atecc608Opcode.Ecdh => block,
            Atecc608Opcode.Read => (data[3] & 0x80) != 0 ? block : four,
            Atecc608Opcode.Counter => four,
            Atecc608Opcode.GenKey or Atecc608Opcode.Sign => key,
            _ => status,
        };
        return true;
    }

    public bool Read(byte address7, byte[] buffer, int count)
    {
        if (IsSilent || (IsBusyForEver && output != Woken)) return false;
        Array.Copy(output, buffer, Math.Min(count, output.Length));
        return true;
    }

    private static byte[] Answer(int size, byte value)
    {
        byte[] answer = new byte[size + 3];
        answer.AsSpan(1, size).Fill(value);
        answer[0] = (byte)answer.Length;
        ushort crc = Atecc608Packet.Crc(answer, 0, size + 1);
        answer[size + 1] = (byte)crc;
        answer[size + 2] = (byte)(crc >> 8);
        return answer;
    }
}

/// <summary>A clock on which nothing ever passes.</summary>
internal sealed class StandingClock : BoardClock
{
    public override long NowMs => 5;

    public override long LinkMs => 5;

    public override bool IsUtcSet => false;

    public override long UtcEpochMs => 0;

    public override void SetUtc(long unixMs)
    {
    }

    public override void Pause(int durationMs)
    {
    }
}
