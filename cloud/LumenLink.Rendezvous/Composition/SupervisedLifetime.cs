using System.Runtime.InteropServices;

namespace LumenLink.Rendezvous.Composition;

/// <summary>
/// The lifetime under a supervisor: the process ends when its standard input says a line or ends (so it
/// never outlives the supervisor), and on SIGTERM. Ctrl-C is the supervisor's to handle and is ignored here.
/// </summary>
internal sealed class SupervisedLifetime(IHostApplicationLifetime application) : IHostLifetime, IDisposable
{
    private PosixSignalRegistration? interrupt;
    private PosixSignalRegistration? terminate;

    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            application.StopApplication();
        });
        new Thread(() =>
        {
            Console.In.ReadLine();
            application.StopApplication();
        })
        { IsBackground = true, Name = "supervisor" }.Start();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        interrupt?.Dispose();
        terminate?.Dispose();
    }
}
