using System.Text.RegularExpressions;
using LumenLink.Rendezvous.Follow;

namespace LumenLink.Tests.Rendezvous.Follow;

/// <summary>The two texts by which something is followed, and no others.</summary>
public sealed class JourneyIdTests
{
    [Theory]
    [InlineData("1")]
    [InlineData("90210")]
    [InlineData("9223372036854775807")]
    [InlineData("AQIDBAUGBwg:1:1")]
    [InlineData("AQIDBAUGBwg:2097151:16777215")]
    public void A_text_that_names_something_has_one_meaning_and_one_spelling(string text)
    {
        Assert.True(JourneyId.TryParse(text, out JourneyId? id, out string? fault));
        Assert.Null(fault);
        Assert.Equal(text, id.Record?.ToString() ?? id.Sighting.ToString());
        Assert.Matches(JourneyId.Pattern, text);
    }

    [Theory]
    [InlineData("must be the id of a sighting", "")]
    [InlineData("must be the id of a sighting", "0")]
    [InlineData("must be the id of a sighting", "01")]
    [InlineData("must be the id of a sighting", "-1")]
    [InlineData("must be the id of a sighting", "+1")]
    [InlineData("must be the id of a sighting", " 1")]
    [InlineData("must be the id of a sighting", "1\0")]
    [InlineData("must be the id of a sighting", "１")]
    [InlineData("must be the id of a sighting", "9223372036854775808")]
    [InlineData("must be the id of a sighting", "latest")]
    [InlineData("must be the id of a sighting", "AQIDBAUGBwg:1")]
    [InlineData("must be the id of a sighting", "AQIDBAUGBwg:1:1:1")]
    [InlineData("must begin with a beacon id", "::")]
    [InlineData("must begin with a beacon id", "AQIDBAUGBwh:1:1")]
    [InlineData("must begin with a beacon id", "AQIDBAUGBw=:1:1")]
    [InlineData("must have a boot from 1 to 2097151", "AQIDBAUGBwg:0:1")]
    [InlineData("must have a boot from 1 to 2097151", "AQIDBAUGBwg:2097152:1")]
    [InlineData("must have a boot from 1 to 2097151", "AQIDBAUGBwg:x:1")]
    [InlineData("must have a sequence from 1 to 16777215", "AQIDBAUGBwg:1:16777216")]
    [InlineData("must have a sequence from 1 to 16777215", "AQIDBAUGBwg:1:")]
    public void Any_other_text_is_refused_by_what_is_wrong_with_it(string sentence, string text)
    {
        Assert.False(JourneyId.TryParse(text, out JourneyId? id, out string? fault));
        Assert.Null(id);
        Assert.StartsWith(sentence, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void The_pattern_of_the_description_takes_no_more_than_it_says() =>
        Assert.DoesNotMatch(new Regex(JourneyId.Pattern), "AQIDBAUGBwg:0:1");
}
