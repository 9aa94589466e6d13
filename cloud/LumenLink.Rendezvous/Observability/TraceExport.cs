using LumenLink.Rendezvous.Configuration;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace LumenLink.Rendezvous.Observability;

/// <summary>
/// Sends sampled traces to a collector, if the settings name one; else nothing listens and no span is made. What the
/// collector does not take in time is dropped: no frame waits for it.
/// </summary>
internal static class TraceExport
{
    /// <summary>Spans that wait for the collector; what comes beyond is dropped.</summary>
    private const int QueueSpans = 4096;

    private const int BatchSpans = 512;
    private const int DelayMs = 2000;
    private const int AnswerWithinMs = 5000;

    /// <summary>Registers it.</summary>
    public static IServiceCollection AddTraceExport(this IServiceCollection services, RendezvousSettings settings)
    {
        if (settings.TraceUrl is not { } url || TraceAddress.Read(url, out _) is not { } address)
            return services;
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(
                LumenTraces.SourceName, serviceInstanceId: settings.Replica, autoGenerateServiceInstanceId: false))
            .WithTracing(tracing => tracing
                .AddSource(LumenTraces.SourceName)
                .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(1.0 / settings.TraceOneIn)))
                .AddOtlpExporter(exporter =>
                {
                    exporter.Endpoint = address;
                    exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
                    exporter.TimeoutMilliseconds = AnswerWithinMs;
                    exporter.BatchExportProcessorOptions = new BatchExportActivityProcessorOptions
                    {
                        MaxQueueSize = QueueSpans,
                        MaxExportBatchSize = BatchSpans,
                        ScheduledDelayMilliseconds = DelayMs,
                        ExporterTimeoutMilliseconds = AnswerWithinMs,
                    };
                }));
        return services;
    }
}
