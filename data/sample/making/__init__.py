"""How the made-up county is made: terrain, roads, settlements and schools from one seed."""
