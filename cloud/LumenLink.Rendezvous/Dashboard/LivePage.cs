using LumenLink.Rendezvous.Dashboard.Live;
using Microsoft.AspNetCore.Components;

namespace LumenLink.Rendezvous.Dashboard;

/// <summary>
/// A page that follows shared readings: it renders after each of their reads, which is also what its clocks tick by.
/// </summary>
public abstract class LivePage : ComponentBase, IDisposable
{
    private bool isDisposed;

    [Inject]
    internal FleetWatch Watch { get; set; } = null!;

    [Inject]
    internal LiveActivity Activity { get; set; } = null!;

    [Inject]
    internal TimeProvider Time { get; set; } = null!;

    /// <summary>Stops following.</summary>
    public void Dispose()
    {
        isDisposed = true;
        StopFollowing();
        GC.SuppressFinalize(this);
    }

    /// <summary>Called once when the page goes.</summary>
    protected abstract void StopFollowing();

    /// <summary>Renders, from any thread; what comes after the page is gone does nothing.</summary>
    protected void Refresh() => _ = InvokeAsync(() =>
    {
        if (!isDisposed)
            StateHasChanged();
    });
}
