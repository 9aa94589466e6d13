using LumenLink.Protocol;

namespace LumenLink.Beacon
{
    /// <summary>
    /// Every number of the firmware that is a policy or a limit.
    /// What the configuration file may change is a default here.
    /// </summary>
    public static class DeviceLimits
    {
        // Radio.

        /// <summary>One cycle of slots: advertise, then scan.</summary>
        public const int CycleMs = 10000;

        /// <summary>The advertise slot at the start of each cycle.</summary>
        public const int AdvertiseMs = 1000;

        /// <summary>
        /// Cycles grow up to so many times as long while nothing changes, and share their time as before.
        /// </summary>
        public const int CycleStretchMax = 4;

        /// <summary>Most that the configuration may ask for.</summary>
        public const int CycleStretchLimit = 16;

        /// <summary>Up to this part of the addresses came or went, in percent: cycles double.</summary>
        public const int SettledPercent = 12;

        /// <summary>More than this part came or went, in percent: cycles have their shortest length again.</summary>
        public const int ChangedPercent = 25;

        /// <summary>
        /// From the start of one Wi-Fi scan to the next while there is no connection. The first is due at once after
        /// boot; none starts while the link connects or attests, which a scan would break.
        /// </summary>
        public const int WifiScanEveryMs = 300000;

        /// <summary>The same with a connection: for the seconds of a scan the radio leaves its channel.</summary>
        public const int WifiScanLiveEveryMs = 900000;

        /// <summary>A Wi-Fi scan that has not finished by then is given up: the radio goes back to BLE.</summary>
        public const int WifiScanTimeoutMs = 20000;

        /// <summary>A slot with less left than this is not worth a start and stop of the BLE stack.</summary>
        public const int SlotMinMs = 250;

        /// <summary>Shortest and longest settings of the radio that the configuration may ask for.</summary>
        public const int RadioSettingMinMs = 1000;

        /// <summary>See <see cref="RadioSettingMinMs"/>.</summary>
        public const int RadioSettingMaxMs = 86400000;

        /// <summary>Short name on air; with an identifier it makes a beacon known to its like.</summary>
        public const string AirName = "Lumen";

        /// <summary>Calibrated transmit power at 0 m that the identifier frame states.</summary>
        public const sbyte EidTxPowerDbm = -17;

        // Sightings.

        /// <summary>Sightings that wait for the loop; the loop is woken at half of it.</summary>
        public const int RingSightings = 128;

        /// <summary>What was recorded last is kept of so many addresses, if only changes are to be recorded.</summary>
        public const int UnchangedAddresses = 64;

        /// <summary>An address is recorded again after this time, changed or not.</summary>
        public const int UnchangedMs = 600000;

        /// <summary>Entries of a filter's list.</summary>
        public const int FilterEntries = 16;

        /// <summary>Largest change of the signal that a filter may ask for, dB.</summary>
        public const int ChangeMaxDb = 60;

        /// <summary>A report is cut at the end of the first window after this time (or when it is full).</summary>
        public const int ReportMs = 60000;

        /// <summary>From one status record to the next; one follows each attestation, too.</summary>
        public const int StatusMs = 300000;

        /// <summary>The newest pseudonym key is used at most this many days past its own.</summary>
        public const int PseudonymKeyGraceDays = 7;

        // Queue.

        /// <summary>A block of the file system: a file takes whole ones.</summary>
        public const int FlashBlockBytes = 4096;

        /// <summary>Bytes of a segment of the queue: two blocks.</summary>
        public const int SegmentMaxBytes = 2 * FlashBlockBytes;

        /// <summary>Records of a segment; a bit each in memory.</summary>
        public const int SegmentMaxRecords = 32;

        /// <summary>Flash that the queue may take, unless the configuration says otherwise. Boards with less than 8 MB
        /// of flash have no room for it.</summary>
        public const int QueueMaxBytes = 1572864;

        /// <summary>Least that the configuration may allow the queue.</summary>
        public const int QueueMinBytes = 8 * SegmentMaxBytes;

        // Link.

        /// <summary>Joining the network is given up after this time, and tried again later.</summary>
        public const int NetworkJoinMs = 60000;

        /// <summary>Once a boot, a transport over TLS waits so long for the time of day.</summary>
        public const int TimeAnswerMs = 5000;

        /// <summary>How often it looks meanwhile.</summary>
        public const int TimeLookMs = 100;

        /// <summary>First upper bound of the wait before the next connection; doubles with each failure.</summary>
        public const int ReconnectFirstMs = 1000;

        /// <summary>Last upper bound of the wait before the next connection.</summary>
        public const int ReconnectMaxMs = 120000;

        /// <summary>Transports that the configuration may list.</summary>
        public const int Transports = 4;

        /// <summary>
        /// First upper bound of the wait before better transports are looked at again; doubles while they stay ill.
        /// </summary>
        public const int ProbeFirstMs = 300000;

        /// <summary>Last upper bound of that wait.</summary>
        public const int ProbeMaxMs = 3600000;

        /// <summary>Keep-alive of the MQTT session.</summary>
        public const int KeepAliveSeconds = 60;

        /// <summary>The service answers a post within this time; it waits 10 s for a commit itself.</summary>
        public const int HttpAnswerMs = 20000;

        /// <summary>One read or write of a post that takes longer ends it.</summary>
        public const int HttpReadWriteMs = HttpAnswerMs;

        /// <summary>Bytes of a post: two frames of the largest size with their lengths.</summary>
        public const int HttpBodyBytes = 2 * (2 + WireLimits.MaxFrameBytes);

        /// <summary>Frames that M2Mqtt may hold for sending. Above it a frame is refused and sent later.</summary>
        public const int LinkQueueFrames = 8;

        /// <summary>Frames from the service that wait for the loop; more are dropped and counted.</summary>
        public const int InboxFrames = 8;

        /// <summary>Frames of the service that the loop handles in one tick.</summary>
        public const int InboxFramesPerTick = InboxFrames;

        /// <summary>Wait after the link took no frame: its queue empties by itself.</summary>
        public const int PublishRetryMs = 1000;

        // Attestation.

        /// <summary>An answer to a Hello or to an Evidence comes within this time.</summary>
        public const int AttestationAnswerMs = 20000;

        /// <summary>Exchanges without an answer on one connection; then the connection is made anew.</summary>
        public const int AttestationAttempts = 3;

        /// <summary>First upper bound of the wait after an exchange that failed; doubles with each failure.</summary>
        public const int AttestationRetryFirstMs = 2000;

        /// <summary>Last upper bound of the wait after an exchange that failed, or that the service named.</summary>
        public const int AttestationRetryMaxMs = 900000;

        /// <summary>
        /// Earliest re-attestation, in percent of the session's lifetime; the rest up to the latest is jitter.
        /// </summary>
        public const int ReattestFromPercent = 70;

        /// <summary>Latest re-attestation, in percent of the session's lifetime.</summary>
        public const int ReattestToPercent = 85;

        // Records and receipts.

        /// <summary>Frames that may wait for their receipts. One only, after a receipt failed to come.</summary>
        public const int FramesInFlight = 4;

        /// <summary>First upper bound of the wait for a receipt; doubles with each one that fails to come.</summary>
        public const int ReceiptFirstMs = 10000;

        /// <summary>Last upper bound of the wait for a receipt.</summary>
        public const int ReceiptMaxMs = 120000;

        /// <summary>
        /// Receipts in a row that may fail to come before the beacon attests anew on the same connection.
        /// </summary>
        public const int ResendsBeforeHello = 3;

        /// <summary>Receipts in a row that may fail to come before the connection is made anew.</summary>
        public const int ResendsBeforeReconnect = 6;

        // Chip.

        /// <summary>First upper bound of the wait after the chip failed; doubles with each failure.</summary>
        public const int ChipRetryFirstMs = 1000;

        /// <summary>Last upper bound of the wait after the chip failed.</summary>
        public const int ChipRetryMaxMs = 300000;

        /// <summary>Wait after a fault that only the outermost edge caught.</summary>
        public const int FaultPauseMs = 1000;

        // Supervision.

        /// <summary>
        /// A job of the link that lasts longer hangs: joining the network, resolving, connecting and the broker's
        /// answer all have their limits below it.
        /// </summary>
        public const int LinkJobMaxMs = 300000;

        /// <summary>How often the supervisor's thread looks whether the loop runs.</summary>
        public const int SupervisorMs = 60000;

        /// <summary>Looks in a row without a tick, after which the loop hangs. The loop ticks several times a
        /// minute.</summary>
        public const int SilentChecks = 3;

        /// <summary>Least free block of memory: a TLS connection needs two of 16 KB.</summary>
        public const uint LargestBlockMinBytes = 16384;

        /// <summary>Looks at the memory in a row that must find less, one a status interval.</summary>
        public const int MemoryChecks = 3;

        /// <summary>No reboot as a last resort before this uptime.</summary>
        public const int RebootMinUptimeMs = 600000;

        // Configuration file.

        /// <summary>Bytes of the configuration file that are read.</summary>
        public const int ConfigMaxBytes = 4096;

        /// <summary>Problems of the configuration file that are named; further ones are only counted.</summary>
        public const int ConfigProblems = 16;

        /// <summary>Characters of the audience.</summary>
        public const int AudienceMaxCharacters = WireLimits.MaxAudienceBytes;

        /// <summary>Characters of the region's label.</summary>
        public const int RegionMaxCharacters = 255;

        /// <summary>Bytes of a Wi-Fi network's name (IEEE 802.11, SSID).</summary>
        public const int SsidMaxBytes = 32;

        /// <summary>Bytes of a Wi-Fi password: a passphrase of 63, or a key of 64 hex digits.</summary>
        public const int WifiPasswordMaxBytes = 64;

        /// <summary>Characters of the onboarding URL: with its packet it fits into one result of Improv.</summary>
        public const int OnboardingUrlMaxCharacters = 200;

        // Provisioning.

        /// <summary>How long credentials are taken after the button was pressed, or after wrong ones.</summary>
        public const int AuthorizationMs = 60000;

        /// <summary>A packet that came in part is given up after so long without a further piece.</summary>
        public const int ImprovPacketMs = 5000;

        /// <summary>Writes of a client that wait for the loop; more are refused.</summary>
        public const int ImprovInboxWrites = 32;

        /// <summary>How long the LED shows which board it is.</summary>
        public const int IdentifyMs = 5000;

        /// <summary>From right credentials to the reboot: the client reads the result.</summary>
        public const int ProvisionedLingerMs = 3000;

        /// <summary>
        /// A board that was configured already goes back to work after so long without a button press.
        /// </summary>
        public const int ProvisioningMs = 600000;

        /// <summary>A press is at least this long.</summary>
        public const int ButtonPressMs = 50;

        /// <summary>Held so long, the button asks for provisioning.</summary>
        public const int ButtonProvisionMs = 3000;

        /// <summary>Held so long, the button asks for a factory reset.</summary>
        public const int ButtonResetMs = 10000;
    }
}
