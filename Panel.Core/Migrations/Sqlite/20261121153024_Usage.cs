using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Panel.Core.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Usage : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "StartTimes",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    ServerId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Install = table.Column<bool>(type: "INTEGER", nullable: false),
                    Seconds = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_StartTimes", x => x.Id);
                    table.ForeignKey(
                        name: "FK_StartTimes_Servers_ServerId",
                        column: x => x.ServerId,
                        principalTable: "Servers",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "UsageSamples",
                columns: table => new
                {
                    ServerId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Minutes = table.Column<int>(type: "INTEGER", nullable: false),
                    Minute = table.Column<long>(type: "INTEGER", nullable: false),
                    CpuMillis = table.Column<int>(type: "INTEGER", nullable: true),
                    MemoryMiB = table.Column<int>(type: "INTEGER", nullable: true),
                    DiskMiB = table.Column<int>(type: "INTEGER", nullable: true),
                    Players = table.Column<int>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_UsageSamples", x => new { x.ServerId, x.Minutes, x.Minute });
                    table.ForeignKey(
                        name: "FK_UsageSamples_Servers_ServerId",
                        column: x => x.ServerId,
                        principalTable: "Servers",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_StartTimes_ServerId_Install_Id",
                table: "StartTimes",
                columns: new[] { "ServerId", "Install", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_UsageSamples_Minutes_Minute",
                table: "UsageSamples",
                columns: new[] { "Minutes", "Minute" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "StartTimes");

            migrationBuilder.DropTable(
                name: "UsageSamples");
        }
    }
}
