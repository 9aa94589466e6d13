using LumenLink.Protocol;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Rendezvous.Observability;

/// <summary>
/// The one home of event ids and log messages. No secrets, and nothing of the wire but ids that were parsed.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Information,
        "Ready: HTTP {HttpPort}, MQTT {MqttPort}, metrics {MetricsPort}, store {Engine}")]
    public static partial void Ready(this ILogger logger, int httpPort, int mqttPort, int metricsPort, string engine);

    [LoggerMessage(1001, LogLevel.Information, "Enrolled {Beacon} ({Name}): {Outcome}")]
    public static partial void Enrolled(this ILogger logger, BeaconId beacon, string name, EnrolOutcome outcome);

    [LoggerMessage(1002, LogLevel.Error, "{File} was not enrolled: {Problem}")]
    public static partial void NotEnrolled(this ILogger logger, string file, string problem);

    [LoggerMessage(1003, LogLevel.Information, "Enrolled {Beacon} ({Name}): {Outcome}, asked for by {By}")]
    public static partial void BeaconEnrolled(
        this ILogger logger, BeaconId beacon, string name, EnrolOutcome outcome, string by);

    [LoggerMessage(1004, LogLevel.Information, "An enrolment was refused: {Outcome}, asked for by {By}")]
    public static partial void EnrolmentRefused(this ILogger logger, EnrolOutcome outcome, string by);

    [LoggerMessage(1005, LogLevel.Information, "Enrolment group {Group} was {Change}, asked for by {By}")]
    public static partial void GroupChanged(this ILogger logger, string group, string change, string by);

    [LoggerMessage(1100, LogLevel.Debug, "Connection of {Beacon}: {Outcome}")]
    public static partial void TokenJudged(this ILogger logger, BeaconId beacon, TokenOutcome outcome);

    [LoggerMessage(1101, LogLevel.Warning, "A connection token could not be checked")]
    public static partial void TokenNotChecked(this ILogger logger, Exception exception);

    [LoggerMessage(1102, LogLevel.Information, "Disconnected {Beacon}: {Reason}")]
    public static partial void Disconnected(this ILogger logger, BeaconId beacon, IngestOutcome reason);

    [LoggerMessage(1103, LogLevel.Warning, "The broker's listener: {Problem}")]
    public static partial void ListenerProblem(this ILogger logger, string problem, Exception exception);

    [LoggerMessage(1104, LogLevel.Information,
        "Ready: HTTP {HttpPort}, metrics {MetricsPort}, store {Engine}; frames come from {Broker}")]
    public static partial void ReadyBeside(
        this ILogger logger, int httpPort, int metricsPort, string engine, string broker);

    [LoggerMessage(1105, LogLevel.Information, "Connected to {Broker} as {ClientId}, session kept: {IsKept}")]
    public static partial void BrokerConnected(this ILogger logger, string broker, string clientId, bool isKept);

    [LoggerMessage(1106, LogLevel.Warning, "The connection to {Broker} ended or was not made: {Problem}")]
    public static partial void BrokerAway(
        this ILogger logger, string broker, string problem, Exception? exception = null);

    [LoggerMessage(1107, LogLevel.Error,
        "Another client is {ClientId} at {Broker} too: give each replica a LUMENLINK_REPLICA of its own")]
    public static partial void BrokerTakenOver(this ILogger logger, string broker, string clientId);

    [LoggerMessage(1108, LogLevel.Information, "The broker ended the connection of {Beacon}, if it had one")]
    public static partial void DisconnectedAtBroker(this ILogger logger, BeaconId beacon);

    [LoggerMessage(1109, LogLevel.Warning, "The broker does not end connections of revoked beacons: {Problem}")]
    public static partial void NotDisconnectedAtBroker(
        this ILogger logger, string problem, Exception? exception = null);

    [LoggerMessage(1110, LogLevel.Information, "Leaving {Broker}: what it has sent is finished first")]
    public static partial void BrokerLeft(this ILogger logger, string broker);

    [LoggerMessage(1200, LogLevel.Information, "Attestation of {Beacon}: {Outcome}. {Detail}")]
    public static partial void Attested(
        this ILogger logger, BeaconId beacon, AttestationOutcome outcome, string detail);

    [LoggerMessage(1201, LogLevel.Warning, "Evidence of {Beacon} could not be checked")]
    public static partial void NotAttested(this ILogger logger, BeaconId beacon, Exception exception);

    [LoggerMessage(1202, LogLevel.Warning, "Session {SessionId} of {Beacon} ended: too many bad tags")]
    public static partial void SessionEndedByBadTags(this ILogger logger, BeaconId beacon, uint sessionId);

    [LoggerMessage(1300, LogLevel.Debug, "Frame of {Beacon}: {Outcome}")]
    public static partial void FrameJudged(this ILogger logger, BeaconId beacon, IngestOutcome outcome);

    [LoggerMessage(1301, LogLevel.Warning, "A frame of {Beacon} could not be handled: the store does not answer")]
    public static partial void FrameNotHandled(this ILogger logger, BeaconId beacon, Exception exception);

    [LoggerMessage(1302, LogLevel.Warning, "Commit of {Frames} frames failed at attempt {Attempt}")]
    public static partial void CommitFailed(this ILogger logger, int frames, int attempt, Exception exception);

    [LoggerMessage(1303, LogLevel.Error, "{Frames} frames were given back unstored: their beacons still hold them")]
    public static partial void CommitGivenUp(this ILogger logger, int frames);

    [LoggerMessage(1304, LogLevel.Warning, "The store refused a batch of {Frames} frames: {Reason}")]
    public static partial void CommitRefused(this ILogger logger, int frames, string reason);

    [LoggerMessage(1305, LogLevel.Error, "{Records} records of a frame of {Beacon} were set aside: {Reason}")]
    public static partial void RecordsSetAside(this ILogger logger, int records, BeaconId beacon, string reason);

    [LoggerMessage(1320, LogLevel.Information, "Traces go to {Collector}: one frame or post in {OneIn}")]
    public static partial void TracesSent(this ILogger logger, string collector, int oneIn);

    [LoggerMessage(1400, LogLevel.Warning, "A round of housekeeping failed")]
    public static partial void HousekeepingFailed(this ILogger logger, Exception exception);

    [LoggerMessage(1401, LogLevel.Information, "The operator's service keys were loaded")]
    public static partial void KeysTaken(this ILogger logger);

    [LoggerMessage(
        1402, LogLevel.Error, "The operator's service keys changed and cannot be loaded: the ones before go on")]
    public static partial void KeysNotTaken(this ILogger logger, Exception exception);

    [LoggerMessage(1403, LogLevel.Error,
        "{Rows} stored secrets are under a master key that is not here: set it as LUMENLINK_MASTER_KEY_PREVIOUS")]
    public static partial void SealedUnderUnknownKey(this ILogger logger, long rows);

    [LoggerMessage(1500, LogLevel.Error, "An HTTP call ended with {Code}")]
    public static partial void CallFailed(this ILogger logger, Query.ProblemCode code, Exception exception);

    [LoggerMessage(1501, LogLevel.Warning, "The dashboard cannot read the store; it tries again")]
    public static partial void DashboardReadFailed(this ILogger logger, Exception exception);

    [LoggerMessage(1600, LogLevel.Information, "Command {Id} for {Beacon}: {Command}, asked for by {By}")]
    public static partial void CommandAdded(
        this ILogger logger, uint id, BeaconId beacon, BeaconCommand command, string by);

    [LoggerMessage(1601, LogLevel.Information, "Configuration {Version} for {Beacon}, asked for by {By}")]
    public static partial void ConfigurationAdded(this ILogger logger, uint version, BeaconId beacon, string by);

    [LoggerMessage(1602, LogLevel.Debug, "Command {Id} sent to {Beacon}: {Command}")]
    public static partial void CommandSent(this ILogger logger, BeaconId beacon, uint id, BeaconCommand command);

    [LoggerMessage(1603, LogLevel.Debug, "Configuration {Version} sent to {Beacon}")]
    public static partial void ConfigurationSent(this ILogger logger, BeaconId beacon, uint version);

    [LoggerMessage(1604, LogLevel.Information, "{Beacon} says of {Subject} {Number}: {Outcome}. {Detail}")]
    public static partial void ControlAcknowledged(
        this ILogger logger, BeaconId beacon, ControlSubject subject, uint number, ControlOutcome outcome,
        string detail);

    [LoggerMessage(1605, LogLevel.Warning, "Nothing could be sent to {Beacon}: the store does not answer")]
    public static partial void ControlNotSent(this ILogger logger, BeaconId beacon, Exception exception);

    [LoggerMessage(1606, LogLevel.Warning, "What is to be sent to beacons cannot be read; it is tried again")]
    public static partial void ControlNotRead(this ILogger logger, Exception exception);

    [LoggerMessage(2000, LogLevel.Warning, "A call that needs the scope {Scope} was refused: {Outcome}")]
    public static partial void AccessRefused(
        this ILogger logger, Access.AccessOutcome outcome, Access.Scope scope);

    [LoggerMessage(2001, LogLevel.Information, "API key {Key} was made for the role {Role}, asked for by {By}")]
    public static partial void ApiKeyCreated(this ILogger logger, string key, Access.ApiRole role, string by);

    [LoggerMessage(2002, LogLevel.Warning, "API key {Key} is revoked, asked for by {By}")]
    public static partial void ApiKeyRevoked(this ILogger logger, string key, string by);

    [LoggerMessage(2003, LogLevel.Warning, "That API key {Key} was used could not be noted; it is tried again")]
    public static partial void KeyUseNotNoted(this ILogger logger, string key, Exception exception);

    [LoggerMessage(1700, LogLevel.Information, "{Beacon} is revoked: its sessions and its connection are ended here")]
    public static partial void RevocationSeen(this ILogger logger, BeaconId beacon);

    [LoggerMessage(1701, LogLevel.Warning, "Who was revoked cannot be read; it is tried again")]
    public static partial void RevocationsNotRead(this ILogger logger, Exception exception);

    [LoggerMessage(1900, LogLevel.Warning,
        "No key signs heads of the audit: make one in the operator folder with lumen keys rotate audit")]
    public static partial void AuditUnsigned(this ILogger logger);

    [LoggerMessage(1901, LogLevel.Error, "The head of the audit was not signed; it is tried again")]
    public static partial void AuditHeadFailed(this ILogger logger, Exception exception);

    [LoggerMessage(1902, LogLevel.Error,
        "{Heads} heads of the audit could not be written to the export folder; it is tried again")]
    public static partial void AuditNotExported(this ILogger logger, int heads, Exception exception);

    [LoggerMessage(1903, LogLevel.Information,
        "Chain {Chain} of the audit was left by its service: its head is signed")]
    public static partial void AuditChainLeft(this ILogger logger, string chain);

    [LoggerMessage(1910, LogLevel.Information, "This replica does the upkeep from now on")]
    public static partial void UpkeepTaken(this ILogger logger);

    [LoggerMessage(1911, LogLevel.Warning, "The upkeep's lock was lost; whichever replica gets it goes on")]
    public static partial void UpkeepLost(this ILogger logger);

    [LoggerMessage(1912, LogLevel.Warning, "The upkeep's job {Job} failed; it is tried again in a minute")]
    public static partial void UpkeepFailed(this ILogger logger, UpkeepJob job, Exception exception);

    [LoggerMessage(1913, LogLevel.Warning, "The upkeep's lock could not be asked for")]
    public static partial void UpkeepNotTaken(this ILogger logger, Exception exception);

    [LoggerMessage(1914, LogLevel.Debug, "The upkeep's job {Job} is done")]
    public static partial void UpkeepDone(this ILogger logger, UpkeepJob job);

    [LoggerMessage(2060, LogLevel.Information, "{Count} beacons are in memory after {Seconds:F1} s")]
    public static partial void FleetLoaded(this ILogger logger, int count, double seconds);

    [LoggerMessage(2061, LogLevel.Warning, "The fleet could not be read; it is tried again")]
    public static partial void FleetNotRead(this ILogger logger, Exception exception);

    [LoggerMessage(2062, LogLevel.Error, "The identifier secret of {Beacon} does not open: it does not resolve")]
    public static partial void EidSecretUnusable(this ILogger logger, BeaconId beacon);

    [LoggerMessage(2070, LogLevel.Warning, "The outbox of webhooks could not be read or written; it is tried again")]
    public static partial void WebhooksNotDelivered(this ILogger logger, Exception exception);

    [LoggerMessage(2071, LogLevel.Error, "The secret of webhook {Webhook} does not open: nothing is sent to it")]
    public static partial void WebhookSecretUnusable(this ILogger logger, string webhook);

    [LoggerMessage(2072, LogLevel.Warning, "The receiver of webhook {Webhook} says that it is gone: it gets no more")]
    public static partial void WebhookGone(this ILogger logger, string webhook);

    [LoggerMessage(2073, LogLevel.Warning,
        "Delivery {Message} to webhook {Webhook} is given up after {Tries} tries: {Outcome}")]
    public static partial void WebhookDeliveryDead(
        this ILogger logger, string webhook, string message, WebhookOutcome outcome, int tries);

    [LoggerMessage(2074, LogLevel.Information,
        "Delivery {Message} to webhook {Webhook} took longer than its lease: it may be delivered twice")]
    public static partial void WebhookLeaseLost(this ILogger logger, string webhook, string message);

    [LoggerMessage(2075, LogLevel.Information, "Webhook {Webhook}: {Change}, asked for by {By}")]
    public static partial void WebhookChanged(this ILogger logger, string webhook, string change, string by);

    [LoggerMessage(1702, LogLevel.Warning, "{Beacon} is revoked, asked for by {By}")]
    public static partial void BeaconRevoked(this ILogger logger, BeaconId beacon, string by);

    [LoggerMessage(2040, LogLevel.Information, "{Beacon} has another name, region or location, asked for by {By}")]
    public static partial void BeaconPlaced(this ILogger logger, BeaconId beacon, string by);

    [LoggerMessage(1800, LogLevel.Warning, "{Beacon} seems to run twice: {Kind}. {Detail}")]
    public static partial void AlarmOpened(this ILogger logger, BeaconId beacon, AlarmKind kind, string detail);

    [LoggerMessage(1801, LogLevel.Warning, "An alarm of {Beacon} could not be stored: {Kind}")]
    public static partial void AlarmNotRaised(
        this ILogger logger, BeaconId beacon, AlarmKind kind, Exception exception);

    [LoggerMessage(1802, LogLevel.Information, "Alarm {Id} of {Beacon} is acknowledged by {By}: {Kind}")]
    public static partial void AlarmAcknowledged(
        this ILogger logger, long id, BeaconId beacon, string by, AlarmKind kind);

    [LoggerMessage(2020, LogLevel.Information, "{Redis} answers: limits and live events are those of all replicas")]
    public static partial void RedisBack(this ILogger logger, string redis);

    [LoggerMessage(2021, LogLevel.Warning,
        "{Redis} is away: limits are shared out, live events are this replica's own, until it answers again")]
    public static partial void RedisAway(this ILogger logger, string redis);

    [LoggerMessage(2022, LogLevel.Debug, "{Redis} did not answer: {Problem}")]
    public static partial void RedisNotAnswered(this ILogger logger, string redis, string problem);
}
