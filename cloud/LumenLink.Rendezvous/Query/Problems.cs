using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace LumenLink.Rendezvous.Query;

/// <summary>
/// Stable codes of everything that a call can be answered with instead of its result; metric label too.
/// </summary>
internal enum ProblemCode
{
    /// <summary>A parameter's value cannot be used.</summary>
    InvalidParameter,

    /// <summary>The call has no such parameter.</summary>
    UnknownParameter,

    /// <summary>No such beacon is enrolled.</summary>
    BeaconUnknown,

    /// <summary>Nothing is at this path.</summary>
    NotFound,

    /// <summary>The path does not take this method.</summary>
    MethodNotAllowed,

    /// <summary>The request cannot be read.</summary>
    RequestMalformed,

    /// <summary>What is to be changed is not as the caller read it.</summary>
    PreconditionFailed,

    /// <summary>A part of the service is not ready.</summary>
    NotReady,

    /// <summary>The store does not answer.</summary>
    StoreUnavailable,

    /// <summary>As many streams as allowed are open.</summary>
    TooManyStreams,

    /// <summary>The lengths of a body of frames do not fit it.</summary>
    FramesMalformed,

    /// <summary>The beacon is not who it says, or may not come in.</summary>
    NotAuthorized,

    /// <summary>This very Evidence was judged before.</summary>
    EvidenceRepeated,

    /// <summary>The body has more bytes than allowed.</summary>
    BodyTooLarge,

    /// <summary>Too much of one caller.</summary>
    RateLimited,

    /// <summary>Too much of all callers.</summary>
    Busy,

    /// <summary>An administrative call without the admin token.</summary>
    AdminTokenRequired,

    /// <summary>An administrative call where none is admitted, or from elsewhere.</summary>
    AdminNotAllowed,

    /// <summary>Metrics without the metrics token.</summary>
    MetricsTokenRequired,

    /// <summary>The beacon is revoked: nothing reaches it.</summary>
    BeaconRevoked,

    /// <summary>The beacon has no such command.</summary>
    CommandUnknown,

    /// <summary>There is no such alarm.</summary>
    AlarmUnknown,

    /// <summary>As many commands of the beacon as allowed wait.</summary>
    TooManyPending,

    /// <summary>The service has no key that signs configurations.</summary>
    NoConfigurationKey,

    /// <summary>The service has no key that signs packs.</summary>
    NoPackKey,

    /// <summary>A setting cannot be sent to a beacon.</summary>
    ConfigurationInvalid,

    /// <summary>Another key has this beacon id.</summary>
    IdCollision,

    /// <summary>The same key is enrolled with another record.</summary>
    EnrolmentDiffers,

    /// <summary>The certificate is none, or is not of a P-256 key.</summary>
    CertificateInvalid,

    /// <summary>The certificate is for another key.</summary>
    CertificateForAnotherKey,

    /// <summary>The certificate leads to no pinned device CA.</summary>
    CertificateUntrusted,

    /// <summary>The certificate or its CA is out of its time.</summary>
    CertificateExpired,

    /// <summary>The CA has revoked the certificate.</summary>
    CertificateRevoked,

    /// <summary>The CA's revocation list is of no use.</summary>
    RevocationListUnusable,

    /// <summary>The level is not allowed here.</summary>
    LevelNotAllowed,

    /// <summary>There is no such enrolment group.</summary>
    GroupUnknown,

    /// <summary>The enrolment group was closed.</summary>
    GroupClosed,

    /// <summary>The enrolment group's time is over.</summary>
    GroupOver,

    /// <summary>The enrolment group has all its boards.</summary>
    GroupFull,

    /// <summary>The enrolment group is of another CA.</summary>
    GroupOfAnotherCa,

    /// <summary>Another enrolment group has this name.</summary>
    GroupDiffers,

    /// <summary>There are as many enrolment groups as allowed.</summary>
    TooManyGroups,

    /// <summary>No pinned device CA has this certificate or key.</summary>
    CaNotPinned,

    /// <summary>The call needs an API key.</summary>
    ApiKeyRequired,

    /// <summary>The API key has a slip in it.</summary>
    ApiKeyMalformed,

    /// <summary>There is no such API key: to the caller who shows it.</summary>
    ApiKeyInvalid,

    /// <summary>The API key's time is over.</summary>
    ApiKeyExpired,

    /// <summary>The API key was revoked.</summary>
    ApiKeyRevoked,

    /// <summary>The API key's role may not do this.</summary>
    ScopeMissing,

    /// <summary>The tenant has no API key of this id.</summary>
    ApiKeyUnknown,

    /// <summary>No such sighting or record is kept.</summary>
    RecordUnknown,

    /// <summary>The tenant has as many API keys as allowed.</summary>
    TooManyApiKeys,

    /// <summary>The tenant has no webhook of this id.</summary>
    WebhookUnknown,

    /// <summary>The tenant has as many webhooks as allowed.</summary>
    TooManyWebhooks,

    /// <summary>A fault of the service.</summary>
    InternalError,
}

/// <summary>RFC 9457 problem details: a stable code, a sentence, and nothing of the inside.</summary>
internal static class Problems
{
    /// <summary>Seconds after which to try again, for problems that pass.</summary>
    public const int RetryAfterSeconds = 5;

    /// <summary>The code as it is written.</summary>
    public static string Text(ProblemCode code) => JsonNamingPolicy.SnakeCaseLower.ConvertName(code.ToString());

    /// <summary>A problem.</summary>
    /// <param name="code">Its code, which decides the HTTP status.</param>
    /// <param name="detail">One sentence about this case.</param>
    /// <param name="extensions">More members, or null.</param>
    public static ProblemHttpResult Of(
        ProblemCode code, string detail, params ReadOnlySpan<(string Name, object Value)> extensions) =>
        TypedResults.Problem(Details(code, detail, extensions));

    /// <summary>The body of a problem.</summary>
    public static ProblemDetails Details(
        ProblemCode code, string detail, params ReadOnlySpan<(string Name, object Value)> extensions)
    {
        ProblemDetails details = new()
        {
            Type = "urn:lumenlink:problem:" + Text(code),
            Title = TitleOf(code),
            Status = StatusOf(code),
            Detail = detail,
            Extensions = { ["code"] = Text(code) },
        };
        foreach ((string name, object value) in extensions)
            details.Extensions[name] = value;
        return details;
    }

    /// <summary>The code for a bare HTTP status.</summary>
    public static ProblemCode CodeOf(int status) => status switch
    {
        StatusCodes.Status404NotFound => ProblemCode.NotFound,
        StatusCodes.Status405MethodNotAllowed => ProblemCode.MethodNotAllowed,
        >= 400 and < 500 => ProblemCode.RequestMalformed,
        _ => ProblemCode.InternalError,
    };

    /// <summary>The HTTP status of a code.</summary>
    public static int StatusOf(ProblemCode code) => code switch
    {
        ProblemCode.InvalidParameter or ProblemCode.UnknownParameter or ProblemCode.RequestMalformed
            or ProblemCode.FramesMalformed or ProblemCode.ConfigurationInvalid or ProblemCode.CertificateInvalid
            or ProblemCode.CertificateForAnotherKey => StatusCodes.Status400BadRequest,
        ProblemCode.NotAuthorized or ProblemCode.AdminTokenRequired or ProblemCode.MetricsTokenRequired
            or (>= ProblemCode.ApiKeyRequired and <= ProblemCode.ApiKeyRevoked) => StatusCodes.Status401Unauthorized,
        ProblemCode.AdminNotAllowed or ProblemCode.ScopeMissing => StatusCodes.Status403Forbidden,
        ProblemCode.BeaconUnknown or ProblemCode.NotFound or ProblemCode.CommandUnknown or ProblemCode.GroupUnknown
            or ProblemCode.AlarmUnknown or ProblemCode.ApiKeyUnknown or ProblemCode.RecordUnknown
            or ProblemCode.WebhookUnknown =>
            StatusCodes.Status404NotFound,
        ProblemCode.BeaconRevoked or ProblemCode.EvidenceRepeated or ProblemCode.TooManyPending
            or ProblemCode.NoConfigurationKey or ProblemCode.TooManyApiKeys or ProblemCode.TooManyWebhooks
            or (>= ProblemCode.IdCollision and <= ProblemCode.CaNotPinned) =>
            StatusCodes.Status409Conflict,
        ProblemCode.PreconditionFailed => StatusCodes.Status412PreconditionFailed,
        ProblemCode.BodyTooLarge => StatusCodes.Status413PayloadTooLarge,
        ProblemCode.RateLimited => StatusCodes.Status429TooManyRequests,
        ProblemCode.MethodNotAllowed => StatusCodes.Status405MethodNotAllowed,
        ProblemCode.NotReady or ProblemCode.StoreUnavailable or ProblemCode.TooManyStreams or ProblemCode.Busy
            or ProblemCode.NoPackKey =>
            StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    internal static string TitleOf(ProblemCode code) => code switch
    {
        ProblemCode.InvalidParameter => "A parameter cannot be used",
        ProblemCode.UnknownParameter => "The call has no such parameter",
        ProblemCode.BeaconUnknown => "No such beacon is enrolled",
        ProblemCode.NotFound => "Nothing is here",
        ProblemCode.MethodNotAllowed => "The path does not take this method",
        ProblemCode.RequestMalformed => "The request cannot be read",
        ProblemCode.PreconditionFailed => "It was changed meanwhile",
        ProblemCode.NotReady => "The service is not ready",
        ProblemCode.StoreUnavailable => "The store does not answer",
        ProblemCode.TooManyStreams => "Too many streams are open",
        ProblemCode.FramesMalformed => "The frames cannot be told apart",
        ProblemCode.NotAuthorized => "The beacon is not admitted",
        ProblemCode.EvidenceRepeated => "The evidence was judged before",
        ProblemCode.BodyTooLarge => "The body is too large",
        ProblemCode.RateLimited => "Too much at a time",
        ProblemCode.Busy => "The service is busy",
        ProblemCode.AdminTokenRequired => "The admin token is missing or wrong",
        ProblemCode.MetricsTokenRequired => "The metrics token is missing or wrong",
        ProblemCode.AdminNotAllowed => "Administrative calls are not admitted from here",
        ProblemCode.BeaconRevoked => "The beacon is revoked",
        ProblemCode.CommandUnknown => "The beacon has no such command",
        ProblemCode.AlarmUnknown => "There is no such alarm",
        ProblemCode.TooManyPending => "Too many commands wait for the beacon",
        ProblemCode.NoConfigurationKey => "The service cannot sign configurations",
        ProblemCode.NoPackKey => "The service cannot sign packs",
        ProblemCode.ConfigurationInvalid => "The configuration cannot be sent",
        ProblemCode.IdCollision => "Another key has this beacon id",
        ProblemCode.EnrolmentDiffers => "The key is enrolled with another record",
        ProblemCode.CertificateInvalid => "The certificate cannot be used",
        ProblemCode.CertificateForAnotherKey => "The certificate is for another key",
        ProblemCode.CertificateUntrusted => "The certificate leads to no pinned device CA",
        ProblemCode.CertificateExpired => "The certificate is out of its time",
        ProblemCode.CertificateRevoked => "The certificate is revoked",
        ProblemCode.RevocationListUnusable => "The CA's revocation list is of no use",
        ProblemCode.LevelNotAllowed => "The level is not allowed here",
        ProblemCode.GroupUnknown => "No such enrolment group is there",
        ProblemCode.GroupClosed => "The enrolment group is closed",
        ProblemCode.GroupOver => "The enrolment group's time is over",
        ProblemCode.GroupFull => "The enrolment group is full",
        ProblemCode.GroupOfAnotherCa => "The enrolment group is of another CA",
        ProblemCode.GroupDiffers => "Another enrolment group has this name",
        ProblemCode.TooManyGroups => "Too many enrolment groups",
        ProblemCode.CaNotPinned => "No pinned device CA has this certificate or key",
        ProblemCode.ApiKeyRequired => "The call needs an API key",
        ProblemCode.ApiKeyMalformed => "The API key has a slip in it",
        ProblemCode.ApiKeyInvalid => "There is no such API key",
        ProblemCode.ApiKeyExpired => "The API key's time is over",
        ProblemCode.ApiKeyRevoked => "The API key is revoked",
        ProblemCode.ScopeMissing => "The API key may not do this",
        ProblemCode.ApiKeyUnknown => "No API key has this id",
        ProblemCode.RecordUnknown => "No such sighting or record is kept",
        ProblemCode.TooManyApiKeys => "Too many API keys",
        ProblemCode.WebhookUnknown => "No webhook has this id",
        ProblemCode.TooManyWebhooks => "Too many webhooks",
        _ => "The service failed",
    };
}
