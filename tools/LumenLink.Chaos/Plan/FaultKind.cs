namespace LumenLink.Chaos.Plan;

/// <summary>What a run does to the system.</summary>
internal enum FaultKind
{
    /// <summary>kill -9 of a replica of the service.</summary>
    KillReplica,

    /// <summary>kill -9 of PostgreSQL: postmaster and all that descends from it.</summary>
    KillDatabase,

    /// <summary>kill -9 of the broker.</summary>
    KillBroker,

    /// <summary>kill -9 of Redis, which forgets everything.</summary>
    KillRedis,

    /// <summary>kill -9 of the fleet: a power cut of all beacons.</summary>
    KillFleet,

    /// <summary>PostgreSQL's disk takes no further byte.</summary>
    FillDisk,

    /// <summary>SIGSTOP of a replica.</summary>
    FreezeReplica,

    /// <summary>SIGSTOP of all processes of PostgreSQL.</summary>
    FreezeDatabase,

    /// <summary>SIGSTOP of the broker.</summary>
    FreezeBroker,

    /// <summary>Connections of beacons to the broker are reset, and new ones too.</summary>
    CutBeacons,

    /// <summary>Connections of beacons to the broker are slow.</summary>
    SlowBeacons,

    /// <summary>Connections of beacons to the broker stay open and carry nothing.</summary>
    StallBeacons,

    /// <summary>Connections of replicas to the broker are reset, and new ones too.</summary>
    CutReplicas,

    /// <summary>Connections of replicas to the broker are slow.</summary>
    SlowReplicas,

    /// <summary>Connections of replicas to the broker stay open and carry nothing.</summary>
    StallReplicas,

    /// <summary>Connections of replicas to PostgreSQL are reset, and new ones too.</summary>
    CutDatabase,

    /// <summary>Connections of replicas to PostgreSQL are slow.</summary>
    SlowDatabase,

    /// <summary>Connections of replicas to PostgreSQL stay open and carry nothing.</summary>
    StallDatabase,
}
