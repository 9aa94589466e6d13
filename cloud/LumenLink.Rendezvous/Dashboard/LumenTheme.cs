using MudBlazor;

namespace LumenLink.Rendezvous.Dashboard;

/// <summary>Colours and type of the dashboard: lamp amber on slate, the system's own fonts.</summary>
internal static class LumenTheme
{
    private static readonly string[] Fonts =
        ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans",
         "Ubuntu", "Cantarell", "Helvetica Neue", "sans-serif"];

    /// <summary>Lines of a chart: the total first, then beacons; readable on both surfaces.</summary>
    public static readonly string[] ChartColours = ["#2f7f86", "#c07a12", "#7a6bb8", "#b4553f", "#5b8a3c", "#8a7f72"];

    /// <summary>The theme.</summary>
    public static readonly MudTheme Theme = new()
    {
        PaletteLight = new PaletteLight
        {
            Primary = "#1f6b72",
            Secondary = "#a8660a",
            Tertiary = "#655a9c",
            Info = "#2b6a9b",
            Success = "#2e7048",
            Warning = "#95600a",
            Error = "#ab3b2c",
            Dark = "#2b3640",
            Background = "#f5f6f4",
            Surface = "#ffffff",
            AppbarBackground = "#ffffff",
            AppbarText = "#1f2a33",
            TextPrimary = "#1f2a33",
            TextSecondary = "#57646f",
            ActionDefault = "#57646f",
            LinesDefault = "#e0e4e3",
            TableLines = "#e6e9e8",
            TableHover = "#f2f5f4",
            Divider = "#e0e4e3",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#5fb8be",
            Secondary = "#e0a243",
            Tertiary = "#a99bdf",
            Info = "#77b1de",
            Success = "#74bd8d",
            Warning = "#e0a243",
            Error = "#e8897b",
            Dark = "#cfd8dd",
            Background = "#11181d",
            Surface = "#182229",
            AppbarBackground = "#182229",
            AppbarText = "#e4ebee",
            TextPrimary = "#e4ebee",
            TextSecondary = "#9fb0b9",
            ActionDefault = "#9fb0b9",
            LinesDefault = "#2a3740",
            TableLines = "#26323a",
            TableHover = "#1d2931",
            Divider = "#2a3740",
        },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = Fonts, FontSize = "0.9375rem" },
            H1 = new H1Typography { FontFamily = Fonts, FontSize = "1.5rem", FontWeight = "650", LineHeight = "1.3" },
            H2 = new H2Typography
            {
                FontFamily = Fonts,
                FontSize = "1.0625rem",
                FontWeight = "600",
                LineHeight = "1.4",
            },
            Button = new ButtonTypography { FontFamily = Fonts, TextTransform = "none", FontWeight = "550" },
        },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "10px", AppbarHeight = "56px" },
    };
}
