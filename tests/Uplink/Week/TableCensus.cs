using System.Collections;
using System.Reflection;
using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Broker;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Fleet;
using LumenLink.Rendezvous.Frames;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Limits;
using LumenLink.Rendezvous.Packs;
using LumenLink.Rendezvous.Resolve;
using LumenLink.Rendezvous.Trust;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Uplink.Week;

/// <summary>
/// Counts what every table of the running service holds: each field of its objects that is a collection, found from
/// the objects that live as long as it does. A table that is added is counted too.
/// </summary>
internal static class TableCensus
{
    private const BindingFlags Fields = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public;

    /// <summary>Entries by "type.field".</summary>
    public static SortedDictionary<string, long> Of(RunningService service)
    {
        SortedDictionary<string, long> counts = new(StringComparer.Ordinal);
        HashSet<object> seen = new(ReferenceEqualityComparer.Instance);
        foreach (object root in Roots(service))
            Visit(root, counts, seen);
        return counts;
    }

    private static object[] Roots(RunningService service) =>
    [
        service.Get<SessionCache>(), service.Get<ExchangeGate>(), service.Get<AddressGate>(),
        service.Get<SharedKeys>(), service.Get<EpochKeys>(), service.Get<AttestationService>(), service.Get<LiveFeed>(),
        service.Get<RecordsQueue>(), service.Get<IFrameHandler>(), service.Get<EmbeddedBroker>(),
        service.Get<FrameExchange>(), service.Get<FleetBook>(), service.Get<EidBook>(), service.Get<UnknownEids>(),
        service.Get<FleetReadings>(), service.Get<PackBook>(), service.Get<KeyBook>(),
        service.Get<RateLimiter>(),
    ];

    private static void Visit(object one, SortedDictionary<string, long> counts, HashSet<object> seen)
    {
        if (!seen.Add(one))
            return;
        foreach (FieldInfo field in one.GetType().GetFields(Fields))
        {
            object? value = field.FieldType.IsPrimitive || field.FieldType.IsPointer ? null : field.GetValue(one);
            if (value is null)
                continue;
            if (CountOf(value) is { } count)
            {
                string name = $"{one.GetType().Name}.{field.Name}";
                counts[name] = counts.GetValueOrDefault(name) + count;
            }
            else if (value.GetType().Assembly == typeof(SessionCache).Assembly && value.GetType().IsClass
                && value is not RendezvousSettings) // as they were at the start
            {
                Visit(value, counts, seen);
            }
        }
    }

    private static long? CountOf(object value)
    {
        if (value is string or byte[])
            return null;
        if (value is ICollection collection)
            return collection.Count;
        bool counts = value.GetType().GetInterfaces().Any(one =>
            one.IsGenericType && (one.GetGenericTypeDefinition() == typeof(ICollection<>)
                || one.GetGenericTypeDefinition() == typeof(IReadOnlyCollection<>)));
        return counts ? Convert.ToInt64(value.GetType().GetProperty("Count")?.GetValue(value), null) : null;
    }
}
