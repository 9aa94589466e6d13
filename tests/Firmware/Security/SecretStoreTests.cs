using LumenLink.Beacon.Security;
using LumenLink.Protocol;

namespace LumenLink.Tests.Firmware.Security;

public sealed class SecretStoreTests
{
    private const int GraceDays = 7;

    [Theory]
    [InlineData(100, 100)]
    [InlineData(101, 101)]
    [InlineData(104, 101)]
    [InlineData(108, 101)]
    [InlineData(109, -1)]
    [InlineData(99, 95)]
    [InlineData(94, 95)]
    [InlineData(93, -1)]
    public void The_key_of_a_day_is_its_own_or_the_newest_before_or_tomorrows(int day, int expected)
    {
        var store = new SecretStore();
        foreach (ushort held in (ushort[])[101, 95, 100]) store.Take(SecretId.PseudonymKey, Key(held));
        int index = store.FindPseudonymKey(day, GraceDays);
        Assert.Equal(expected, index < 0 ? -1 : store.PseudonymDay(index));
    }

    [Fact]
    public void A_new_day_takes_the_place_of_the_oldest_and_a_day_sent_again_of_itself()
    {
        var store = new SecretStore();
        for (ushort day = 10; day < 20; day++)
        {
            store.Take(SecretId.PseudonymKey, Key(day));
            store.Take(SecretId.PseudonymKey, Key(day));
        }

        Assert.Equal(SecretStore.MaxPseudonymKeys, store.PseudonymKeyCount);
        for (ushort day = 16; day < 20; day++)
        {
            int index = store.FindPseudonymKey(day, 0);
            Assert.Equal(day, store.PseudonymDay(index));
            Assert.Equal((byte)day, store.PseudonymKey(index)[0]);
        }
    }

    [Fact]
    public void An_exponent_that_the_identifier_does_not_know_is_not_taken()
    {
        var store = new SecretStore();
        byte[] eid = new byte[32];
        eid[16] = SecretStore.MaxEidExponent + 1;
        store.Take(SecretId.EidKey, eid);
        Assert.False(store.HasEidKey);
        eid[16]--;
        store.Take(SecretId.EidKey, eid);
        Assert.True(store.HasEidKey);
    }

    private static byte[] Key(ushort day)
    {
        byte[] secret = new byte[32];
        ByteWriter.U16(secret, 0, day);
        secret[2] = (byte)day;
        return secret;
    }
}
