using System.Runtime.CompilerServices;
using LumenLink.Simulator;

namespace nanoFramework.M2Mqtt;

/// <summary>The version of the protocol that a client speaks.</summary>
public enum MqttProtocolVersion
{
    Version_3_1 = 3,
    Version_3_1_1 = 4,
    Version_5 = 5,
}

/// <summary>Settings that all clients of a board share.</summary>
public class MqttSettings : IHostMqttSettings
{
    public const int BrokerDefaultPort = 1883;
    public const int BrokerDefaultSslPort = 8883;
    public const int DefaultTimeout = HostMqttLimits.ConnectAnswerMs;
    public const int MaximumAttemptsRetry = HostMqttLimits.Attempts;
    public const int DefaultDelayRetry = HostMqttLimits.RetryMs;
    public const int ConnectTimeout = HostNetLimits.OpenMs;
    public const int DefaultInflightQueueSize = HostMqttLimits.InflightQueueSize;

    private static readonly ConditionalWeakTable<BoardRun, MqttSettings> OfRuns = [];

    private MqttSettings()
    {
    }

    public int Port { get; internal set; } = BrokerDefaultPort;

    public int SslPort { get; internal set; } = BrokerDefaultSslPort;

    public int TimeoutOnConnection => ConnectTimeout;

    public int TimeoutOnReceiving => DefaultTimeout;

    public int AttemptsOnRetry => MaximumAttemptsRetry;

    public int DelayOnRetry => DefaultDelayRetry;

    public int InflightQueueSize { get; set; } = DefaultInflightQueueSize;

    public bool ValidateServerCertificate { get; set; } = true;

    int IHostMqttSettings.QueueSize => InflightQueueSize;

    /// <summary>A static of the device: one for all that runs on a board, gone with its power.</summary>
    internal static MqttSettings Of(BoardRun run) => OfRuns.GetValue(run, _ => new MqttSettings());
}
