using System.CommandLine;
using System.Security.Cryptography;
using LumenLink.Cli.Authority;
using LumenLink.Cli.Beacon;
using LumenLink.Cli.Enroll;
using LumenLink.Cli.Provisioning;
using LumenLink.Load;

namespace LumenLink.Cli.Load;

/// <summary>Enrols the load's beacons over the service, under certificates of a CA that it trusts.</summary>
internal sealed class LoadDesk : IDisposable
{
    /// <summary>Long enough for any run; the CA of a run of lumen up issues by its own rules.</summary>
    private const int CertificateDays = 2;

    private readonly ServiceClient client;
    private readonly Func<byte[], string> issue;
    private readonly List<IDisposable> held = [];

    private LoadDesk(ServiceClient client, Func<LoadDesk, Func<byte[], string>> open)
    {
        this.client = client;
        issue = open(this);
    }

    /// <summary>Opens the CA that the options name.</summary>
    /// <exception cref="AuthorityException">The CA's key cannot be used.</exception>
    /// <exception cref="BeaconException">There is none.</exception>
    public static LoadDesk Open(
        LoadOptions options, ParseResult parsed, KeyOptions keys, ServiceClient client, TimeProvider time)
    {
        if (options.Ca is { } path)
            return new LoadDesk(client, desk => desk.OpenCa(new AuthorityFolder(path), parsed, keys, time));
        RunFolder folder = new(options.Data);
        if (!File.Exists(folder.DeviceCaKey))
        {
            throw new BeaconException(
                $"{folder.Path} is no folder of lumen up: give --data, or --ca for a CA.", isInput: true);
        }

        OperatorPki pki = OperatorPki.OpenOrCreate(folder);
        return new LoadDesk(client, _ => publicKey => pki.IssueDeviceCertificate(publicKey, foreign: false));
    }

    /// <summary>Enrols beacons.</summary>
    /// <exception cref="BeaconException">The service refuses one.</exception>
    public async Task<int> EnrollAsync(
        IReadOnlyList<LoadBeacon> beacons, Action<double> enrolled, CancellationToken stop)
    {
        EnrollDesk desk = new(client, null, isDryRun: false);
        foreach (LoadBeacon beacon in beacons)
        {
            stop.ThrowIfCancellationRequested();
            BoardTerms terms = new(null, null, beacon.Name, "load", "emulated-chip", null, null);
            await desk.EnrollAsync(new Board(
                terms, beacon.PublicKey, issue(beacon.PublicKey), (int)Protocol.HardwareModel.Simulator));
            enrolled(1);
        }

        return beacons.Count;
    }

    /// <inheritdoc/>
    public void Dispose() => held.ForEach(one => one.Dispose());

    private Func<byte[], string> OpenCa(
        AuthorityFolder folder, ParseResult parsed, KeyOptions keys, TimeProvider time)
    {
        CertificateAuthority authority = CertificateAuthority.Open(folder, time);
        held.Insert(0, authority);
        try
        {
            IKeyStore store = keys.For(parsed, folder, authority.Index.DeviceCaKey);
            held.Insert(0, store);
            ECDsa key = authority.OpenKey(store);
            held.Insert(0, key);
            return publicKey => authority.IssueFirst(key, publicKey, CertificateDays);
        }
        catch
        {
            Dispose();
            throw;
        }
    }
}
