using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace LumenLink.Rendezvous.Configuration;

/// <summary>What a broker beside the service can be asked for.</summary>
public enum BrokerKind
{
    /// <summary>Mosquitto with its dynamic-security plugin: it ends connections.</summary>
    Mosquitto,

    /// <summary>MQTT 5 with shared subscriptions, and nothing beyond it.</summary>
    Other,
}

/// <summary>
/// What LUMENLINK_BROKER_URL says: mqtts://user:password@host:port, percent-encoded; mqtt:// is without TLS. A class
/// and not a record: it prints host and port, never a password.
/// </summary>
internal sealed class BrokerAddress
{
    private const string GroupName = "rendezvous";
    private const int GroupSecretBytes = 16;
    private static readonly Dictionary<string, int> Schemes = new()
    {
        ["mqtts"] = RendezvousSettings.DefaultMqttTlsPort,
        ["mqtt"] = RendezvousSettings.DefaultMqttPort,
    };

    private readonly ServerUrl url;

    private BrokerAddress(ServerUrl url) => this.url = url;

    /// <summary>True for mqtts.</summary>
    public bool IsTls => url.Scheme == "mqtts";

    /// <summary>Name or address; over TLS the name in the broker's certificate.</summary>
    public string Host => url.Host;

    /// <summary>TCP port.</summary>
    public int Port => url.Port;

    /// <summary>True for this machine.</summary>
    public bool IsLoopback => url.IsLoopback;

    /// <summary>The service's user, or null.</summary>
    public string? UserName => url.UserName;

    /// <summary>Its password, or null. A secret: never printed.</summary>
    public string? Password => url.Password;

    /// <summary>
    /// The group that the replicas share their subscriptions in. With a password nobody without it can name the group:
    /// a broker may let any client subscribe to anything and check only what it delivers, as Mosquitto's access files
    /// do, and a member that is not delivered to would swallow a share of all frames.
    /// </summary>
    public string Group => Password is null
        ? GroupName
        : $"{GroupName}-{Base64Url.EncodeToString(GroupSecret(Password))}";

    /// <summary>Reads it.</summary>
    /// <param name="text">Value of LUMENLINK_BROKER_URL.</param>
    /// <param name="fault">What is wrong, never what was written; empty when nothing is.</param>
    /// <returns>Null when something is wrong.</returns>
    public static BrokerAddress? Read(string text, out string fault)
    {
        if (ServerUrl.Read(text, Schemes, out fault) is not { } url)
            return null;
        if (url.Path.Length > 0)
            fault = "nothing may follow the host and its port";
        return fault.Length > 0 ? null : new BrokerAddress(url);
    }

    /// <inheritdoc/>
    public override string ToString() => $"the broker at {url}";

    private static ReadOnlySpan<byte> GroupSecret(string password) =>
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(password), "LL1.share-group"u8).AsSpan(0, GroupSecretBytes);
}
