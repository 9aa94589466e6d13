using LumenLink.Wiring;

// Writes the SVG beside each description: dotnet run --project tools/LumenLink.Wiring [FOLDER]
string folder = args.Length > 0 ? args[0] : Path.Combine("hardware", "wiring");
if (!Directory.Exists(folder))
{
    Console.Error.WriteLine($"error: there is no folder '{folder}'. Run this in the root of the repository.");
    return 1;
}

foreach (string path in Directory.GetFiles(folder, "*.json").Order())
{
    string drawing = Path.ChangeExtension(path, ".svg");
    File.WriteAllText(drawing, WiringDrawing.Draw(WiringDescription.Read(File.ReadAllText(path))));
    Console.WriteLine(drawing);
}

return 0;
