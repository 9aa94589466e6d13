namespace LumenLink.Simulator.Atecc608;

/// <summary>
/// An ATECC608 on an I2C bus: wake, idle, sleep, watchdog, busy time and packets as the chip does them, on a clock the
/// caller owns. It starts asleep with empty RAM, as after power-up; a board that loses power makes a new chip from the
/// persisted <see cref="ChipState"/>. Time never moves by itself. Not safe for use from several threads at once.
/// </summary>
/// <remarks>
/// Not modelled: waking through slow traffic to other addresses (real chips may), encrypted reads and writes, MAC,
/// GenDig, CheckMac, DeriveKey, PrivWrite and SecureBoot (all answered with a parse error, 03), the encoding of
/// the counters in the configuration zone, power-on self-test. Where public sources are silent the emulator refuses:
/// Sign and Verify use up TempKey or the message digest buffer, and every command but SHA ends a running SHA.
/// </remarks>
public sealed class Atecc608Chip
{
    /// <summary>The address of the general call, whose low time wakes the chip.</summary>
    public const byte GeneralCallAddress = 0x00;

    /// <summary>The seven-bit address of a chip whose configuration holds the factory's 0xC0.</summary>
    public const byte DefaultAddress = 0x60;

    /// <summary>The fastest bus, in hertz, on which addressing 0x00 holds the data line low for tWLO (60 us).</summary>
    public const int MaximumWakeHz = 100_000;

    private const byte PastTheEnd = 0xFF;

    private readonly ChipState state;
    private readonly Func<long> now;
    private readonly ChipOptions options;
    private readonly ChipCore core;
    private readonly PowerControl power = new();
    private byte[] output = [];
    private int outputPosition;
    private byte address;
    private byte chipMode;

    /// <summary>A chip that has just been powered.</summary>
    /// <param name="state">Its non-volatile memory, changed in place.</param>
    /// <param name="nowMicroseconds">The board's monotonic time in microseconds.</param>
    /// <param name="options">Random source, speed and faults; the defaults are a healthy chip at worst-case speed.
    /// </param>
    public Atecc608Chip(ChipState state, Func<long> nowMicroseconds, ChipOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(nowMicroseconds);
        this.state = state;
        now = nowMicroseconds;
        this.options = options ?? new ChipOptions();
        if (!(this.options.BusyTimeFactor > 0))
            throw new ArgumentException("The busy time factor must be positive.", nameof(options));
        core = new ChipCore(state, this.options);
        LatchConfiguration();
    }

    internal PowerState PowerState => power.State;

    internal VolatileMemory Ram => core.Ram;

    /// <summary>
    /// A write transfer. Address 0x00 is the wake pulse: always NACK, it wakes the chip when the bus is slow enough.
    /// Otherwise the first byte is the word address: 0x00 rewinds the output, 0x01 sleeps, 0x02 idles, 0x03 runs the
    /// command packet that follows; a damaged packet is acknowledged and answered with status FF.
    /// </summary>
    /// <param name="address7">The seven-bit address on the bus.</param>
    /// <param name="data">The bytes after the address. The adapter decides whether its bus emits an address at all
    /// for an empty write.</param>
    /// <param name="busHz">The bus clock during this transfer, in hertz.</param>
    /// <returns>False when the chip does not acknowledge: not its address, asleep, idle, waking or busy.</returns>
    public bool TryWrite(byte address7, ReadOnlySpan<byte> data, int busHz)
    {
        long nowUs = Advance();
        if (address7 == GeneralCallAddress)
        {
            if (busHz <= MaximumWakeHz) Wake(nowUs);
            return false;
        }

        if (!Answers(address7, nowUs)) return false;
        if (data.IsEmpty) return true;
        switch ((WordAddress)data[0])
        {
            case WordAddress.Rewind:
                outputPosition = 0;
                return true;
            case WordAddress.Sleep:
                Sleep();
                return true;
            case WordAddress.Idle:
                power.Idle();
                return true;
            case WordAddress.Command:
                Run(data[1..], nowUs);
                return true;
            default:
                return false;
        }
    }

    /// <summary>
    /// A read transfer: the next bytes of the output buffer, 0xFF past its end. The position survives between reads
    /// until word address 0x00 rewinds it or a command replaces the output.
    /// </summary>
    /// <returns>False when the chip does not acknowledge: not its address, asleep, idle, waking or busy.</returns>
    public bool TryRead(byte address7, Span<byte> buffer)
    {
        long nowUs = Advance();
        if (!Answers(address7, nowUs)) return false;
        int count = Math.Min(buffer.Length, output.Length - outputPosition);
        output.AsSpan(outputPosition, count).CopyTo(buffer);
        buffer[count..].Fill(PastTheEnd);
        outputPosition += count;
        if (!buffer.IsEmpty && options.Faults.TakeCorruptRead()) buffer[^1] ^= 0x01;
        return true;
    }

    private long Advance()
    {
        long nowUs = now();
        if (power.WatchdogExpired(nowUs)) Sleep();
        return nowUs;
    }

    private bool Answers(byte address7, long nowUs) =>
        address7 == address && power.Listens(nowUs) && !options.Faults.TakeNack();

    private void Wake(long nowUs)
    {
        if (!power.Wake(nowUs, (chipMode & ConfigZone.ChipModeLongWatchdog) != 0)) return;
        SetOutput(options.Faults.FailedSelfTests == 0 ? ChipStatus.AfterWake : ChipStatus.SelfTestError);
    }

    private void Sleep()
    {
        power.Sleep();
        core.Ram.Clear();
        output = [];
        outputPosition = 0;
        LatchConfiguration();
    }

    /// <summary>A changed address or ChipMode takes effect after sleep or power-up.</summary>
    private void LatchConfiguration()
    {
        ReadOnlySpan<byte> config = state.Config;
        chipMode = config[ConfigZone.ChipMode];
        byte extra = config[ConfigZone.UserExtraAdd];
        bool useExtra = (chipMode & ConfigZone.ChipModeUseExtraAddress) != 0 && extra != 0;
        address = (byte)((useExtra ? extra : config[ConfigZone.I2cAddress]) >> 1);
    }

    private void Run(ReadOnlySpan<byte> packet, long nowUs)
    {
        if (options.Faults.TakeSleep())
        {
            Sleep();
            return;
        }

        long busyUs = ExecutionTimes.RejectedUs;
        Response response = ChipStatus.CommunicationError;
        if (Command.TryParse(packet, out Command command))
        {
            long maximumUs = ExecutionTimes.MaximumUs(command.Opcode, ExecutionTimes.Divider(chipMode));
            if (options.Faults.TakeWatchdog() || power.RemainingUs(nowUs) < maximumUs)
            {
                response = ChipStatus.WatchdogAboutToExpire;
            }
            else
            {
                response = core.Execute(command);
                busyUs = (long)(maximumUs * options.BusyTimeFactor);
            }
        }

        state.Flush();
        SetOutput(response);
        power.Busy(nowUs + busyUs + options.Faults.TakeStretchUs());
    }

    private void SetOutput(Response response)
    {
        output = response.ToPacket();
        outputPosition = 0;
        if (options.Faults.TakeCorruptResponse()) output[^1] ^= 0x80;
    }
}
