using Bunit;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Control;
using LumenLink.Rendezvous.Dashboard.Live;
using LumenLink.Rendezvous.Dashboard.Parts;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Tests.Rendezvous.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LumenLink.Tests.Rendezvous.Dashboard;

/// <summary>What a beacon's page shows and asks of commands, configurations and diagnostics.</summary>
public sealed class ControlCardTests : IAsyncLifetime
{
    private static readonly BeaconId Beacon = new(7);
    private readonly ManualTime time = new();
    private readonly ScriptedCommander commander = new();
    private readonly BunitContext context = new();

    public ControlCardTests()
    {
        context.Services.AddSingleton<TimeProvider>(time);
        context.Services.AddSingleton<IBeaconCommander>(commander);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await context.DisposeAsync();

    [Fact]
    public async Task A_button_asks_and_a_reboot_is_confirmed_first()
    {
        IRenderedComponent<CommandCard> card = ShowCommands(canCommand: true);
        await card.Find("[data-command=Identify]").ClickAsync(new());
        Assert.Equal("Identify: It is on its way.", Answer());
        await card.Find("[data-command=Reboot]").ClickAsync(new());
        Assert.Equal([(Beacon, BeaconCommand.Identify)], commander.Asked);
        await card.Find("[data-testid=reboot-confirmation] button:last-child").ClickAsync(new());
        Assert.Empty(card.FindAll("[data-testid=reboot-confirmation]"));
        await card.Find("[data-command=Reboot]").ClickAsync(new());
        commander.Answer = ControlRequestOutcome.TooManyPending;
        await card.Find("[data-testid=reboot-now]").ClickAsync(new());
        Assert.Equal([(Beacon, BeaconCommand.Identify), (Beacon, BeaconCommand.Reboot)], commander.Asked);
        Assert.Equal("Reboot: Too many commands wait for the beacon already.", Answer());
        commander.Failure = new IOException("secret path");
        await card.Find("[data-command=Rescan]").ClickAsync(new());
        Assert.Contains("the store does not answer", Answer(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret path", card.Markup, StringComparison.Ordinal);

        string Answer() => card.Find("[data-testid=command-answer]").TextContent;
    }

    [Fact]
    public void Who_may_not_command_sees_states_and_no_button()
    {
        IRenderedComponent<CommandCard> card = ShowCommands(
            canCommand: false,
            Command(4, BeaconCommand.Reboot),
            Command(3, BeaconCommand.Identify, sent: 1),
            Command(2, BeaconCommand.Rescan, sent: 1, ControlOutcome.Done),
            Command(1, BeaconCommand.Reattest, sent: 1, ControlOutcome.IdNotRising));
        Assert.Empty(card.FindAll("button"));
        Assert.Equal(["Waiting", "Sent", "Done", "Refused"], card.FindAll(".chip").Select(chip => chip.TextContent));
        Assert.Contains("The beacon took a later command before.", card.Markup, StringComparison.Ordinal);
        time.Advance(TimeSpan.FromHours(1));
        card.Render();
        Assert.Equal(["Expired", "Expired", "Done", "Refused"], card.FindAll(".chip").Select(chip => chip.TextContent));
    }

    [Fact]
    public void A_configuration_says_what_is_in_effect_and_what_is_wanted()
    {
        ControlFacts facts = new(
            [],
            [
                new ConfigurationView(5, "region=<b>\n", DeliveryState.New(time.Now, "loopback") with
                {
                    SentCount = 1,
                    AckedAt = time.Now,
                    Outcome = ControlOutcome.TextInvalid,
                    Detail = "region",
                }),
            ],
            [new DiagnosticsView(1, 2, 0, time.Now, "<script>1</script>\n")]);
        IRenderedComponent<ConfigurationCard> card = ShowConfiguration(facts, 3, canCommand: true);
        Assert.Equal("version 3", card.Find("[data-testid=configuration-in-effect]").TextContent.Trim());
        Assert.Contains(
            "version 5: The beacon refused a setting. region",
            card.Find("[data-testid=configuration-wanted]").TextContent, StringComparison.Ordinal);
        Assert.Equal("region=<b>\n", card.Find("[data-testid=configuration-text]").TextContent);
        Assert.Equal("<script>1</script>\n", card.Find("[data-testid=diagnostics-text]").TextContent);
        Assert.Empty(card.FindAll("script"));

        IRenderedComponent<ConfigurationCard> shown = ShowConfiguration(facts, null, canCommand: false);
        Assert.Equal("not told yet", shown.Find("[data-testid=configuration-in-effect]").TextContent.Trim());
        Assert.Empty(shown.FindAll("pre"));
    }

    private IRenderedComponent<CommandCard> ShowCommands(bool canCommand, params CommandView[] commands) =>
        context.Render<CommandCard>(parameters => parameters
            .Add(card => card.Beacon, Beacon).Add(card => card.Commands, commands)
            .AddCascadingValue("CanCommand", canCommand));

    private IRenderedComponent<ConfigurationCard> ShowConfiguration(
        ControlFacts facts, uint? inEffect, bool canCommand) => context.Render<ConfigurationCard>(parameters =>
        parameters.Add(card => card.Control, facts).Add(card => card.InEffect, inEffect)
            .AddCascadingValue("CanCommand", canCommand));

    private CommandView Command(uint id, BeaconCommand command, int sent = 0, ControlOutcome? outcome = null) => new(
        id, command, 0, time.Now.AddHours(1), DeliveryState.New(time.Now, "loopback") with
        {
            SentCount = sent,
            AckedAt = outcome is null ? null : time.Now,
            Outcome = outcome,
        });
}
