using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Dashboard.Live;
using LumenLink.Rendezvous.Limits;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting.StaticWebAssets;
using Microsoft.Extensions.FileProviders;
using MudBlazor.Services;

namespace LumenLink.Rendezvous.Dashboard;

/// <summary>The dashboard: its services and its paths, one call each.</summary>
internal static class DashboardHost
{
    /// <summary>Registers what the dashboard needs besides the store, the live feed and the metrics.</summary>
    public static IServiceCollection AddDashboard(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddMudServices();
        // Circuits do not outlive the process, so neither do the keys that protect them; nothing lies in a home folder.
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        services.AddSingleton<FleetWatch>();
        services.AddSingleton<LiveActivity>();
        return services.AddHostedService(provider => provider.GetRequiredService<LiveActivity>());
    }

    /// <summary>Maps the pages and their files.</summary>
    public static void MapDashboard(this WebApplication app)
    {
        UseFilesBesideTheProgram(app);
        app.UseAntiforgery();
        app.MapStaticAssets().Requires(Scope.Open);
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode().Requires(Scope.Read)
            .WithoutRateLimit();
    }

    /// <summary>
    /// Finds scripts and styles wherever the program is run from and in every environment: after a build through the
    /// manifest beside the program, after a publish in wwwroot beside it.
    /// </summary>
    private static void UseFilesBesideTheProgram(WebApplication app)
    {
        string published = Path.Combine(AppContext.BaseDirectory, "wwwroot");
        if (Directory.Exists(published))
            app.Environment.WebRootFileProvider = new PhysicalFileProvider(published);
        else
            StaticWebAssetsLoader.UseStaticWebAssets(app.Environment, app.Configuration);
    }
}
