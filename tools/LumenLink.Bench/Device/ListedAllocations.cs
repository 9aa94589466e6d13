namespace LumenLink.Bench.Device;

/// <summary>What a beacon allocates because an interface wants an object of its own.</summary>
internal enum Listed
{
    /// <summary>A segment's file name, made by the queue.</summary>
    SegmentName,

    /// <summary>Service data or status that the radio keeps, made by the identifier.</summary>
    Advertisement,

    /// <summary>Value that the store keeps.</summary>
    StoredValue,

    /// <summary>Result of the native HMAC.</summary>
    HmacResult,

    /// <summary>Copy of a message for the native HMAC, which takes whole arrays.</summary>
    HmacSource,

    /// <summary>Result of the native AES.</summary>
    AesResult,

    /// <summary>Copy of a frame for M2Mqtt, which keeps it until it is acknowledged.</summary>
    MqttPayload,

    /// <summary>Frame of the service as M2Mqtt hands it over.</summary>
    ReceivedFrame,

    /// <summary>Path for the file system.</summary>
    FilePath,

    /// <summary>Stream of the file system with the two strings that it splits a path into.</summary>
    FileStream,

    /// <summary>The stream's own copy of what is read or written.</summary>
    FileCopy,

    /// <summary>BLE event: arguments, advertisement, its lists.</summary>
    BleEvent,

    /// <summary>A section of an advertisement and what reading it costs.</summary>
    BleSection,
}

/// <summary>Counts listed allocations while it is on. Allocates nothing itself.</summary>
internal sealed class ListedAllocations
{
    private const int MaxObjects = 4096; // more would make the set grow within what is measured

    private readonly long[] _bytes = new long[(int)Listed.BleSection + 1];
    private readonly long[] _counts = new long[(int)Listed.BleSection + 1];
    private readonly HashSet<object> _known = new(MaxObjects, ReferenceEqualityComparer.Instance);

    /// <summary>False while the beacon warms up.</summary>
    public bool IsOn { get; set; }

    /// <summary>
    /// .NET bytes of objects that the hardware-free sources made: these, and no others, are in what is measured.
    /// </summary>
    public long NetBytes { get; private set; }

    /// <summary>Bytes of all, by the model.</summary>
    public long Bytes => _bytes.Sum();

    /// <summary>Objects or groups of them, and bytes by the model.</summary>
    public (long Count, long Bytes) this[Listed kind] => (_counts[(int)kind], _bytes[(int)kind]);

    /// <summary>Counts one.</summary>
    public void Add(Listed kind, int modelBytes)
    {
        if (!IsOn) return;
        _counts[(int)kind]++;
        _bytes[(int)kind] += modelBytes;
    }

    /// <summary>An object crossed an interface: counts it if it is not one of those that did before.</summary>
    public void Cross(Listed kind, object one, int modelBytes, long netBytes)
    {
        if (!_known.Add(one)) return;
        Add(kind, modelBytes);
        if (IsOn) NetBytes += netBytes;
    }
}
