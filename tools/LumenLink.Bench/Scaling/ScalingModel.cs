namespace LumenLink.Bench.Scaling;

/// <summary>How many of what a deployment has.</summary>
/// <param name="Brokers">Broker nodes, each one thread as Mosquitto is.</param>
/// <param name="Replicas">Replicas of the service, each with <see cref="ScalingModel.ReplicaCores"/>.</param>
/// <param name="Databases">Database nodes, each with <see cref="ScalingModel.DatabaseCores"/>.</param>
internal sealed record Deployment(int Brokers, int Replicas, int Databases);

/// <summary>The stages of ingest as a queueing network, with the service times of a measured run.</summary>
/// <param name="measured">A run of one replica.</param>
internal sealed class ScalingModel(Measured measured)
{
    /// <summary>Cores of a replica's machine.</summary>
    public const int ReplicaCores = 2;

    /// <summary>Cores of a database node.</summary>
    public const int DatabaseCores = 8;

    /// <summary>Records of one commit at most: IngestPolicy.BatchFrames.</summary>
    public const int BatchFrames = Rendezvous.Ingest.IngestPolicy.BatchFrames;

    /// <summary>Seconds between two records of a beacon: the policy that firmware comes with.</summary>
    public const int RecordEveryS = 60;

    /// <summary>Share of its time that a stage may be busy when a deployment is planned.</summary>
    public const double PlannedLoad = 0.6;

    /// <summary>
    /// Records a second of a closed loop of senders with everything on the same cores, as the measured runs are. Who
    /// has a share of the cores only, takes that much longer.
    /// </summary>
    public double PredictRate(int replicas, double share, int senders, int cores, int records)
    {
        Machine shared = new(cores);
        Stage send = new("generator", shared, cores, 1, measured.Generator / 2 / share, 0);
        Stage receive = new("generator", shared, cores, 1, measured.Generator / 2 / share, 0);
        Stage broker = new("broker", shared, 1, 1, measured.Broker / 2 / share, 0);
        List<Stage[]> routes = [];
        for (int i = 0; i < replicas; i++)
        {
            Stage decode = new("replica", shared, ReplicaCores, 1, measured.Service / share, 0);
            Stage commit = new(
                "database", shared, 1, BatchFrames, measured.Database / share, measured.FlushSeconds);
            routes.Add([send, broker, decode, commit, broker, receive]);
        }

        return new QueueSimulation(routes).RunClosed(senders, records).Rate;
    }

    /// <summary>What a deployment does with a fleet's records, which come by chance.</summary>
    public SimulatedRun Simulate(Deployment deployment, long beacons, double seconds)
    {
        List<Stage> brokers = Make(deployment.Brokers, _ =>
            new Stage("broker", new Machine(1), 1, 1, measured.Broker / 2, 0));
        List<Stage> decodes = Make(deployment.Replicas, _ =>
            new Stage("replica", new Machine(ReplicaCores), ReplicaCores, 1, measured.Service, 0));
        List<Machine> databases = Make(deployment.Databases, _ => new Machine(DatabaseCores));
        List<Stage> commits = Make(deployment.Replicas, i => new Stage(
            "commit", databases[i % deployment.Databases], 1, BatchFrames, measured.Database, measured.FlushSeconds));
        int ways = Math.Max(deployment.Brokers, deployment.Replicas);
        List<Stage[]> routes = Make(ways, i => new[]
        {
            brokers[i % deployment.Brokers], decodes[i % deployment.Replicas], commits[i % deployment.Replicas],
            brokers[i % deployment.Brokers],
        });
        return new QueueSimulation(routes).RunOpen(RateOf(beacons), seconds);
    }

    /// <summary>Records a second of a fleet.</summary>
    public static double RateOf(long beacons) => (double)beacons / RecordEveryS;

    /// <summary>The load of each resource of a deployment, by arithmetic: above 1 it cannot be.</summary>
    public IReadOnlyList<(string Name, double Load)> LoadsOf(Deployment deployment, long beacons)
    {
        double rate = RateOf(beacons);
        return
        [
            ("broker", rate * measured.Broker / deployment.Brokers),
            ("replica", rate * measured.Service / (deployment.Replicas * ReplicaCores)),
            ("database", rate * measured.Database / (deployment.Databases * DatabaseCores)),
            ("one commit at a time", rate / deployment.Replicas
                * (measured.Database + (measured.FlushSeconds / BatchFrames))),
        ];
    }

    /// <summary>Bounds of this build that a fleet is beyond, with one broker.</summary>
    public static IEnumerable<string> BoundsBelow(long beacons)
    {
        if (beacons > Rendezvous.Ingest.IngestPolicy.MaxConnections)
            yield return "MaxConnections, max_connections";
        if (beacons > Rendezvous.Trust.TrustPolicy.SessionCacheSize)
            yield return "SessionCacheSize";
    }

    /// <summary>The smallest deployment of which nothing is busier than is planned.</summary>
    public Deployment PlanFor(long beacons)
    {
        double rate = RateOf(beacons) / PlannedLoad;
        double commit = measured.Database + (measured.FlushSeconds / BatchFrames);
        return new Deployment(
            Whole(rate * measured.Broker),
            Math.Max(Whole(rate * measured.Service / ReplicaCores), Whole(rate * commit)),
            Whole(rate * measured.Database / DatabaseCores));
    }

    private static int Whole(double number) => Math.Max(1, (int)Math.Ceiling(number));

    private static List<T> Make<T>(int count, Func<int, T> make) => [.. Enumerable.Range(0, count).Select(make)];
}
