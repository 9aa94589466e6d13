namespace System.Net;

/// <summary>A request failed.</summary>
public class WebException(string message, Exception? innerException)
    : InvalidOperationException(message, innerException);

/// <summary>The request is used against the rules of the protocol.</summary>
public class ProtocolViolationException(string message) : InvalidOperationException(message);
