using CsCheck;
using LumenLink.Rendezvous.Resolve;
using Xunit;

namespace LumenLink.Tests.Rendezvous.Resolve;

/// <summary>Identifiers, and the table of a fleet's.</summary>
public sealed class EidTableTests
{
    private const long Now = 1_900_000_123;

    /// <summary>
    /// Published vectors: identity key, K, clock and identifier from the tests of RadiusNetworks/ephemeral_calc
    /// (spec/encryptor_spec.rb), and of two independent implementations named ephemeral_id (Python and Rust).
    /// </summary>
    [Theory]
    [InlineData("0102030405060708090A111213141516", 10, 0u, 0xA9B76A71C5F89290UL)]
    [InlineData("0102030405060708090A111213141516", 10, 2_000u, 0x4144413E45FEFA58UL)]
    [InlineData("7C91330E61DFEA4606B5B3ECB4457D76", 0, 0u, 0x436BFE57D5A09505UL)]
    public void Published_vectors_give_their_identifiers(string key, byte exponent, uint clockS, ulong identifier)
    {
        EidClock clock = EidClock.Read([.. Convert.FromHexString(key), exponent, 0, 0, 0, 0])!.Value;
        ulong[] made = new ulong[1];
        using EidMaker maker = new();
        maker.Make(clock, clock.PeriodAt(clockS), made);
        Assert.Equal(identifier, made[0]);
        Assert.Equal(identifier, TestFleet.Eid(Convert.FromHexString(key), exponent, clockS));
    }

    [Fact]
    public void Successive_periods_are_made_as_each_by_itself_also_where_the_temporary_key_changes_and_the_clock_wraps()
    {
        Gen.Select(Gen.UInt, Gen.Byte[0, 15], Gen.UInt, Gen.Int[1, 300]).Sample(
            (offset, exponent, first, count) =>
            {
                byte[] key = [.. Enumerable.Range(0, 16).Select(i => (byte)(offset + i))];
                EidClock clock = EidClock.Read([.. key, exponent, .. BitConverter.GetBytes(offset)])!.Value;
                ulong[] made = new ulong[count];
                using EidMaker maker = new();
                maker.Make(clock, first, made);
                for (int i = 0; i < count; i += 17)
                    Assert.Equal(TestFleet.Eid(key, exponent, (first + (uint)i) << exponent), made[i]);
            },
            iter: 200);
    }

    [Fact]
    public void A_secret_of_another_length_or_with_an_exponent_that_the_specification_does_not_have_is_none()
    {
        byte[] secret = new byte[21];
        Assert.NotNull(EidClock.Read(secret));
        Assert.Null(EidClock.Read(secret[1..]));
        secret[16] = 16;
        Assert.Null(EidClock.Read(secret));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_table_serves_until_the_next_period_is_over(int threads)
    {
        FleetBeacon[] fleet = TestFleet.NewFleet(5000);
        EidTable table = EidTable.Make(fleet, fleet.Length, Now, threads);
        foreach (long later in new long[] { 0, 1, 511, 512, TestFleet.Period - 1 })
        {
            foreach (FleetBeacon beacon in fleet)
            {
                foreach (int away in new[] { -1, 0, 1 })
                {
                    uint period = beacon.Clock.PeriodAt(Now + later) + (uint)away;
                    Assert.Same(beacon, table.Find(TestFleet.Eid(beacon, period), out uint found));
                    Assert.Equal(period, found);
                }
            }
        }
    }

    [Fact]
    public void What_is_of_nobody_or_of_a_revoked_beacon_is_not_found()
    {
        FleetBeacon[] fleet = TestFleet.NewFleet(500);
        foreach (FleetBeacon beacon in fleet[..100])
            beacon.Revoke();
        EidTable table = EidTable.Make(fleet, 400, Now, 1);
        Assert.Null(table.Find(0, out _));
        Assert.Null(EidTable.Empty.Find(1, out _));
        Assert.All(fleet[..100], beacon => Assert.Null(table.Find(TestFleet.EidAt(beacon, Now), out _)));
        Assert.All(fleet[100..400], beacon => Assert.NotNull(table.Find(TestFleet.EidAt(beacon, Now), out _)));
        Assert.All(fleet[400..], beacon => Assert.Null(table.Find(TestFleet.EidAt(beacon, Now), out _)));
        Gen.ULong.Sample(eid => Assert.Null(table.Find(eid, out _)));
    }
}
