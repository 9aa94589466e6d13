using System.Globalization;
using LumenLink.Beacon;

namespace LumenLink.Simulator.Fleet;

/// <summary>Puts a simulated board together from its files in the run folder.</summary>
internal static class BoardParts
{
    /// <summary>The factory's configuration leaves the queue's bound as it is.</summary>
    private const int QueueSegmentsMax = DeviceLimits.QueueMaxBytes / DeviceLimits.SegmentMaxBytes;

    /// <summary>A board without power.</summary>
    /// <param name="options">Names the folders.</param>
    /// <param name="name">The board's.</param>
    /// <param name="world">Its world.</param>
    /// <param name="radio">What it hears.</param>
    /// <param name="chip">The chip on its bus; null if its key is in flash and nothing answers there.</param>
    public static SimBoard Build(
        FleetOptions options, string name, SimWorld world, IRadioSource? radio, out ChipOnBus? chip)
    {
        var board = new SimBoard(world, new SimBoardOptions
        {
            Name = name,
            FlashFolder = options.Flash(name),
            Address = AddressOf(name),
            Radio = radio,
            OnConsoleLine = line => Console.WriteLine($"{name}: {line}"),
        });
        chip = Directory.Exists(options.Identity(name))
            ? null : new ChipOnBus(options.Chip(name), () => board.ClockMicroseconds);
        if (chip is not null)
            board.I2c.Attach(chip);
        if (options.Trusted is { } trusted)
            board.TrustedCertificates = [.. File.ReadAllBytes(trusted), 0];
        if (options.KeepsBooks)
            board.Flash.Faults = new QueueBooks(board.Flash.Folder, options.Books(name), QueueSegmentsMax);
        return board;
    }

    /// <summary>The board's own radio address: its name where that is one, else made from the name.</summary>
    private static ulong AddressOf(string name)
    {
        if (name.Length == 12
            && ulong.TryParse(name, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong address))
            return address;
        byte[] hash = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name));
        return BitConverter.ToUInt64(hash) & 0x00FF_FFFF_FFFFUL;
    }
}
