namespace System.Device.Wifi;

/// <summary>How a join ended.</summary>
public enum WifiConnectionStatus
{
    AccessRevoked = 0,
    InvalidCredential = 1,
    NetworkNotAvailable = 2,
    Success = 3,
    Timeout = 4,
    UnspecifiedFailure = 5,
    UnsupportedAuthenticationProtocol = 6,
}

/// <summary>Kind of a network.</summary>
public enum WifiNetworkKind
{
    Adhoc = 0,
    Any = 1,
    Infrastructure = 2,
}

/// <summary>Whether native code joins again by itself.</summary>
public enum WifiReconnectionKind
{
    Automatic = 0,
    Manual = 1,
}
