using LumenLink.Rendezvous.Dashboard.Live;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Tests.Rendezvous.Dashboard;

public sealed class RateWindowTests
{
    private static readonly DateTimeOffset Noon = new(2030, 5, 17, 12, 0, 0, TimeSpan.Zero);
    private static readonly BeaconId One = new(1);
    private static readonly BeaconId Two = new(2);
    private readonly RateWindow window = new();

    [Fact]
    public void Whole_seconds_before_now_are_shown_and_the_one_that_fills_is_not()
    {
        window.Add(Noon, One, 3);
        Assert.Equal(0, window.Total(Noon.AddMilliseconds(999)).Sum());
        double[] values = window.Total(Noon.AddSeconds(1));
        Assert.Equal((RateWindow.Seconds, 3.0, 3.0), (values.Length, values[^1], values.Sum()));
        Assert.Equal(3, window.Total(Noon.AddSeconds(60))[0]);
        Assert.Equal(0, window.Total(Noon.AddSeconds(61)).Sum());
    }

    [Fact]
    public void Counts_of_a_second_add_up_by_beacon_and_together()
    {
        window.Add(Noon, One, 3);
        window.Add(Noon.AddMilliseconds(400), Two, 4);
        window.Add(Noon.AddMilliseconds(900), One, 5);
        DateTimeOffset later = Noon.AddSeconds(10);
        Assert.Equal(
            (12.0, 8.0, 4.0),
            (window.Total(later).Sum(), window.Of(One, later).Sum(), window.Of(Two, later).Sum()));
        Assert.Equal(0, window.Of(new BeaconId(3), later).Sum());
        Assert.Equal(8, window.Of(One, later)[50]);
    }

    [Fact]
    public void A_slot_is_used_again_without_what_it_held()
    {
        window.Add(Noon, One, 3);
        window.Add(Noon.AddSeconds(61), Two, 1);
        Assert.Equal(1, window.Total(Noon.AddSeconds(62)).Sum());
        Assert.Equal(0, window.Of(One, Noon.AddSeconds(62)).Sum());
    }

    [Fact]
    public void What_comes_late_counts_while_its_second_is_in_the_window()
    {
        window.Add(Noon.AddSeconds(59), One, 1);
        window.Add(Noon, One, 2);
        Assert.Equal([2.0, 1.0], window.Total(Noon.AddSeconds(60)).Where(value => value > 0));
        window.Add(Noon.AddSeconds(61), One, 4);
        window.Add(Noon, One, 8);
        Assert.Equal([1.0, 4.0], window.Total(Noon.AddSeconds(62)).Where(value => value > 0));
    }

    [Fact]
    public void The_busiest_come_first_and_equals_in_order_of_their_ids()
    {
        window.Add(Noon, Two, 5);
        window.Add(Noon.AddSeconds(1), One, 2);
        window.Add(Noon.AddSeconds(2), One, 3);
        window.Add(Noon.AddSeconds(2), new BeaconId(3), 9);
        DateTimeOffset now = Noon.AddSeconds(3);
        Assert.Equal([new BeaconId(3), One, Two], window.Busiest(5, now));
        Assert.Equal([new BeaconId(3)], window.Busiest(1, now));
        Assert.Empty(window.Busiest(5, Noon.AddSeconds(90)));
    }
}
