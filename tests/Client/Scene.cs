using LumenLink.Client;

namespace LumenLink.Tests.Client;

/// <summary>Clients of a stand-in.</summary>
internal static class Scene
{
    public const string Beacon =
        """
        {"id":"AQIDBAUGBwg","name":"north gate","region":"hall-2","status":"live","trusted":true,
        "security_level":"emulated_chip","security_level_label":"emulated chip","hardware_model":65535,
        "firmware_version":"1.0.0","last_seen_at":"2030-01-31T08:00:00+00:00","attested_at":null,
        "attested_until":"2030-02-01T07:00:00+00:00","revoked_at":null,"boot":7,"refusal":null,
        "clone_suspected":false,"location":{"latitude":52.5,"longitude":-13.5},"distance_m":17,"queue_records":3,
        "open_alarms":[],"of_a_later_service":{"a":[1]}}
        """;

    public static LumenLinkClientOptions Options(QuickTime? time = null, string? apiKey = null) => new()
    {
        ApiKey = apiKey,
        Time = time ?? new QuickTime(),
        TryTimeout = QuickTime.Limit,
        WatchSilence = QuickTime.Limit,
    };

    public static LumenLinkClient Client(this StandIn service, QuickTime? time = null, string? apiKey = null) =>
        new(service.Address, Options(time, apiKey));

    public static async Task<List<T>> ListAsync<T>(this IAsyncEnumerable<T> items, int atMost = int.MaxValue)
    {
        List<T> list = [];
        if (atMost == 0)
            return list;
        await foreach (T item in items)
        {
            list.Add(item);
            if (list.Count == atMost)
                break;
        }

        return list;
    }
}
