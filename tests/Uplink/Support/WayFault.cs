namespace LumenLink.Tests.Uplink.Support;

/// <summary>What is wrong with a way to the service.</summary>
public enum WayFault
{
    /// <summary>Nothing: the way works.</summary>
    None,

    /// <summary>Nobody listens at the port; connections that stood are cut.</summary>
    Refused,

    /// <summary>The network swallows what is sent there, the first packet of a connection included.</summary>
    Swallowed,

    /// <summary>Connections are accepted, and nothing is ever said on them.</summary>
    Silent,

    /// <summary>What answers does not speak TLS.</summary>
    NotTls,

    /// <summary>The certificate is of an authority that the board does not trust.</summary>
    WrongCertificate,

    /// <summary>Connections stay open, and new ones open, while nothing passes in either direction.</summary>
    HalfOpen,

    /// <summary>What the board says is lost, while what the service says arrives.</summary>
    UpwardLost,

    /// <summary>What stands there acknowledges as a broker does, and delivers nothing.</summary>
    Lying,

    /// <summary>The name server does not know the name.</summary>
    NameUnknown,

    /// <summary>It leads to a service that does not know the beacon.</summary>
    NotAuthorized,
}
