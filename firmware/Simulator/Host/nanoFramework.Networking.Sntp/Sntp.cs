using LumenLink.Simulator;

namespace nanoFramework.Networking;

/// <summary>The time service: sets the board's clock to the world's true time when the network is up.</summary>
public class Sntp
{
    private const string DefaultServer1 = "0.pool.ntp.org";
    private const string DefaultServer2 = "1.pool.ntp.org";

    public static bool IsStarted => State.IsStarted;

    public static string Server1
    {
        get => State.Server1 ?? DefaultServer1;
        set => State.Server1 = value;
    }

    public static string Server2
    {
        get => State.Server2 ?? DefaultServer2;
        set => State.Server2 = value;
    }

    private static SimSntp State => Strand.HostCall().Run.Sntp;

    public static void Start() => State.Start();

    public static void Stop() => State.Stop();

    public static void UpdateNow() => State.Ask();
}
