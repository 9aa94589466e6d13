namespace LumenLink.Simulator.Atecc608;

/// <summary>Which silicon revision a chip reports.</summary>
public enum ChipModel
{
    /// <summary>ATECC608A: Info(Revision) answers 00 00 60 02.</summary>
    Atecc608A,

    /// <summary>ATECC608B: Info(Revision) answers 00 00 60 03.</summary>
    Atecc608B,
}
