namespace LumenLink.Simulator;

/// <summary>One thing that is to happen at a world time.</summary>
/// <param name="atMs">World milliseconds.</param>
/// <param name="ordinal">The board it concerns.</param>
/// <param name="action">What to do; is given the item, which another thread may run before Schedule returns it.</param>
internal sealed class AgendaItem(long atMs, int ordinal, Action<AgendaItem> action)
{
    private volatile bool _cancelled;

    public long AtMs { get; set; } = atMs;

    public int Ordinal => ordinal;

    public bool IsCancelled => _cancelled;

    public void Cancel() => _cancelled = true;

    public void Do() => action(this);
}
