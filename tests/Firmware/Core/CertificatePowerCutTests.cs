using LumenLink.Beacon.Security;
using LumenLink.Protocol;

namespace LumenLink.Tests.Firmware.Core;

/// <summary>The power goes while a newer service key is seen for the first time: the older one must not come back after
/// anything was done on the word of the newer.</summary>
public class CertificatePowerCutTests
{
    private const int Minute = 60_000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_newer_service_key_is_on_flash_before_it_is_answered(bool cutsAfter)
    {
        using BeaconRig rig = Online();
        int answers = rig.Service.CountUp(FrameType.Evidence);
        rig.Service.Keys.CertificateVersion = 8;
        rig.Values.CutAt = rig.Values.Writes + 1;
        rig.Values.CutAfter = cutsAfter;
        rig.Parts.Attestation.AttestNow(rig.Clock.LinkMs);
        Assert.Throws<PowerCutException>(() => rig.RunFor(Minute));
        Assert.Equal(answers, rig.Service.CountUp(FrameType.Evidence));
        rig.Boot();
        rig.Service.Keys.CertificateVersion = 7;
        rig.RunFor(2 * Minute);
        Assert.Equal(!cutsAfter, rig.Counters.Attested);
        rig.Service.Keys.CertificateVersion = 8;
        Assert.True(rig.RunUntil(() => rig.Counters.Attested, 60 * Minute));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_newer_key_for_configurations_is_on_flash_before_its_configuration(bool cutsAfter)
    {
        int cuts = 0;
        for (bool isCut = true; isCut; cuts++)
        {
            using BeaconRig rig = Online();
            SignedConfigTests.Apply(rig, 1, "region=one\n");
            rig.Service.Keys.ConfigCertificateVersion = 4;
            rig.Values.CutAt = rig.Values.Writes + cuts + 1;
            rig.Values.CutAfter = cutsAfter;
            rig.Service.SendConfig(2, "region=two\n");
            isCut = Record.Exception(() => rig.RunFor(1_000)) is PowerCutException;
            rig.Values.CutAt = 0;
            uint seen = ByteReader.U32(rig.Values.Read(TrustAnchors.ConfigVersionName)!, 0);
            rig.Boot();
            Assert.True(seen == 4 || rig.Parts.Configs.Highest == 1, $"cut {cuts}: its key is not kept");
        }

        Assert.True(cuts > 2, $"only {cuts - 1} cuts");
    }

    /// <summary>Who refused the newer key would go on believing the older one.</summary>
    [Fact]
    public void A_newer_service_key_counts_in_this_boot_though_the_flash_does_not_take_it()
    {
        using BeaconRig rig = Online();
        rig.Values.RefusesWrites = true;
        rig.Service.Keys.CertificateVersion = 8;
        Reattest(rig);
        Assert.Equal(2, rig.Counters.Attestations);
        rig.Service.Keys.CertificateVersion = 7;
        Reattest(rig);
        Assert.Equal(2, rig.Counters.Attestations);
        Assert.True(rig.Counters.DownlinkRefused > 0);
    }

    private static BeaconRig Online()
    {
        var rig = new BeaconRig("privacy=raw\nregion=file") { Restarts = true };
        rig.RunFor(2 * Minute);
        Assert.True(rig.Counters.Attested);
        return rig;
    }

    private static void Reattest(BeaconRig rig)
    {
        rig.Parts.Attestation.AttestNow(rig.Clock.LinkMs);
        rig.RunFor(5_000);
    }
}
