using System.Buffers.Binary;
using System.Security.Cryptography;
using LumenLink.Protocol;
using LumenLink.Simulator;

namespace LumenLink.Load.Input;

/// <summary>
/// Makes reports of what a receiver heard, as a beacon does: windows back to back, an address once per window with
/// the strength first heard, pseudonyms for addresses, and nothing when all windows of a report were silent.
/// </summary>
internal sealed class ReportBatcher : IDisposable
{
    // Receivers booted this many reports before the first one, so that ticks have the size they have in the field.
    private const int ReportsBeforeFirst = 60;

    private readonly Aes _aes = Aes.Create();
    private readonly Dictionary<ulong, ulong> _pseudonyms = [];
    private readonly byte[] _address = new byte[8];
    private readonly byte[] _block = new byte[Pseudonym.BlockSize];
    private readonly byte[] _output = new byte[Pseudonym.BlockSize];

    public ReportBatcher() => _aes.Key = SHA256.HashData("bench"u8)[..WireSizes.Aes];

    /// <summary>Makes the reports of one receiver.</summary>
    /// <param name="name">The receiver.</param>
    /// <param name="heard">What it heard; world time 0 is the begin of the first window.</param>
    /// <param name="untilMs">World time of the end, exclusive.</param>
    /// <param name="zeroUnixMs">UTC of world time 0.</param>
    /// <param name="shape">Windows and their length.</param>
    public IEnumerable<ScanReport> Batch(
        string name, IRadioSource heard, double untilMs, long zeroUnixMs, ReportShape shape)
    {
        var receiver = new Receiver(name, zeroUnixMs - (ReportsBeforeFirst * shape.ReportMs));
        uint sequence = 0;
        double fromMs = 0;
        while (heard.PeekMs(fromMs) is { } nextMs && nextMs < untilMs)
        {
            long openMs = (long)(nextMs / shape.ReportMs) * shape.ReportMs;
            var sightings = new List<HeardSighting>();
            for (int window = 0; window < shape.Windows; window++)
            {
                double windowMs = openMs + ((double)window * shape.WindowMs);
                Listen(heard, windowMs, Math.Min(windowMs + shape.WindowMs, untilMs), (byte)window, sightings);
            }

            fromMs = openMs + shape.ReportMs;
            yield return new ScanReport(receiver, ++sequence, zeroUnixMs + openMs, shape, sightings);
        }
    }

    public void Dispose() => _aes.Dispose();

    private void Listen(
        IRadioSource heard, double fromMs, double beforeMs, byte window, List<HeardSighting> sightings)
    {
        var known = new HashSet<ulong>();
        while (heard.TryNext(fromMs, beforeMs, out RadioEvent one))
        {
            if (!known.Add(one.Address)) continue;
            AddressType type = one.IsRandomAddress ? AddressType.Random : AddressType.Public;
            sightings.Add(new HeardSighting(window, PseudonymOf(one.Address), type, (sbyte)one.RssiDbm));
        }
    }

    private ulong PseudonymOf(ulong address)
    {
        if (_pseudonyms.TryGetValue(address, out ulong known)) return known;
        BinaryPrimitives.WriteUInt64LittleEndian(_address, address);
        Pseudonym.InputBlock(_block, 0, Radio.Ble, _address, 0);
        _aes.EncryptEcb(_block, _output, PaddingMode.None);
        Array.Clear(_address);
        Pseudonym.Take(_output, 0, _address, 0);
        return _pseudonyms[address] = BinaryPrimitives.ReadUInt64LittleEndian(_address);
    }
}
