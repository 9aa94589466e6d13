namespace LumenLink.Bench.Scaling;

/// <summary>
/// What a run of the real service, Mosquitto and PostgreSQL cost; processor seconds are of one record.
/// </summary>
/// <param name="Replicas">Replicas of the service.</param>
/// <param name="Rate">Records a second.</param>
/// <param name="Generator">The senders.</param>
/// <param name="Broker">Mosquitto.</param>
/// <param name="Service">All replicas.</param>
/// <param name="Database">All of PostgreSQL.</param>
/// <param name="CommitFrames">Records of a commit, on average.</param>
/// <param name="WalBytes">Bytes of the write-ahead log.</param>
/// <param name="StoredBytes">Bytes of tables and indexes.</param>
/// <param name="FlushSeconds">Of a commit that does next to nothing.</param>
/// <param name="Sightings">Of a record.</param>
/// <param name="Share">Its share of all processor time that the machine spent meanwhile: others may use it too.</param>
/// <param name="ConnectionBytes">Memory of Mosquitto for each connection.</param>
internal sealed record Measured(
    int Replicas, double Rate, double Generator, double Broker, double Service, double Database, double CommitFrames,
    double WalBytes, double StoredBytes, double FlushSeconds, double Sightings,
    double Share, double ConnectionBytes);
