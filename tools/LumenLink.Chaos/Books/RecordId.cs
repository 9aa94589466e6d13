namespace LumenLink.Chaos.Books;

/// <summary>Identity of a record.</summary>
/// <param name="Beacon">Its beacon's id, as the database has it.</param>
/// <param name="Boot">Boot of the beacon.</param>
/// <param name="Sequence">Sequence within the boot.</param>
internal readonly record struct RecordId(long Beacon, long Boot, long Sequence);
