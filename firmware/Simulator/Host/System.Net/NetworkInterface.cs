using LumenLink.Simulator;

namespace System.Net.NetworkInformation;

/// <summary>The board's Wi-Fi interface.</summary>
public class NetworkInterface
{
    private const int AddressBytes = 6;

    private NetworkInterface()
    {
        PhysicalAddress = new byte[AddressBytes];
        ulong address = Strand.HostCall().Run.Board.Address;
        for (int index = 0; index < AddressBytes; index++)
            PhysicalAddress[index] = (byte)(address >> (8 * (AddressBytes - 1 - index)));
    }

    public string IPv4Address => IsConnected ? "127.0.0.1" : "0.0.0.0";

    public string IPv4GatewayAddress => IsConnected ? "127.0.0.1" : "0.0.0.0";

    public bool IsDhcpEnabled => true;

    public byte[] PhysicalAddress { get; set; }

    public NetworkInterfaceType NetworkInterfaceType => NetworkInterfaceType.Wireless80211;

    public uint SpecificConfigId { get; set; }

    private static bool IsConnected => Strand.HostCall().Run.Wifi.IsConnected;

    public static bool GetIsNetworkAvailable() => IsConnected;

    public static NetworkInterface[] GetAllNetworkInterfaces() => [new()];
}

/// <summary>
/// The stored Wi-Fi configuration. Name and password of the network outlive the power; the rest is not kept.
/// </summary>
public class Wireless80211Configuration
{
    /// <summary>What the stored configuration does.</summary>
    public enum ConfigurationOptions : byte
    {
        None = 0,
        Disable = 1,
        Enable = 2,
        AutoConnect = 6,
        SmartConfig = 10,
    }

    private Wireless80211Configuration() => (Ssid, Password) = Strand.HostCall().Run.Board.StoredNetwork;

    public AuthenticationType Authentication { get; set; } = AuthenticationType.WPA2;

    public EncryptionType Encryption { get; set; } = EncryptionType.WPA2;

    public ConfigurationOptions Options { get; set; }

    public string Password { get; set; }

    public string Ssid { get; set; }

    public uint Id => 0;

    public void SaveConfiguration() => Strand.HostCall().Run.Board.StoredNetwork = (Ssid, Password);

    public static Wireless80211Configuration[] GetAllWireless80211Configurations() =>
        [new()];
}
